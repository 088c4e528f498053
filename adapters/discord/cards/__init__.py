"""Reviews as cards: what a page of one holds, how it is laid out, what its buttons say. Pure."""
