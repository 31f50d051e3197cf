"""Who keeps trade running: what failed and why, and how it is put right."""
