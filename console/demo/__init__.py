"""The demo: one week of trade on a fresh site."""
