"""Routing: who gets an order line that its maker cannot fulfil, and why."""
