"""X12: delimiters, reader, grammars, checks, acknowledgment and writer."""
