"""How requests come in: Socket Mode, and HTTP with its signatures."""
