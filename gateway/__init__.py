"""Where it touches the world: everything that opens a file, a socket or a database."""
