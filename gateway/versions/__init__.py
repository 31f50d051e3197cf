"""Versions: what of a mapping is published, what runs, and what another version would change."""
