"""Documents that carry their own structure: JSON."""
