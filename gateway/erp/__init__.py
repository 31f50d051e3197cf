"""The door to the ERP: released orders come in, commands with a key go out, each safe to repeat."""
