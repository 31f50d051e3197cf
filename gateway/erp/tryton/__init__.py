"""Tryton 8.2 over JSON-RPC: orders, confirmations, shipments, counts and notes."""
