"""In what order: the floor that knows Prefect."""
