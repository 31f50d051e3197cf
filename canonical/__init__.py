"""What we mean: the entities of trade, free of any format."""
