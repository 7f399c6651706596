"""Ideas of the books as things to touch."""
