"""Who asks and looks: the command line and what it shows."""
