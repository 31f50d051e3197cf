"""The mapping language: load a mapping, compile it, map documents with it."""
