"""The door through which other systems hear what has happened."""
