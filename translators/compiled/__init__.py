"""Compiled: one pass of plain Python per set, version and mapping, that says yes or declines."""
