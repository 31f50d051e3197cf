"""Transports: how files come in and go out."""
