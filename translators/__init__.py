"""How it is written: bytes in, values out; no disk, no clock, no network."""
