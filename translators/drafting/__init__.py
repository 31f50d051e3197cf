"""Drafting: a partner's sample files and our orders in, a first mapping with its evidence out; pure."""
