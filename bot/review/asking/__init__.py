"""The model's part: what it is asked, what becomes of its answers, what tries to disprove them."""
