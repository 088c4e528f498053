"""The web playground: a team channel in a browser, a platform like the others."""
