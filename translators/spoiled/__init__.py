"""Good files made wrong in one place each: what a checker must refuse."""
