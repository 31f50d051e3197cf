"""The door to the ERP: commands with a key, each of them safe to repeat."""
