"""What the pages' rooms share; it knows none of them."""
