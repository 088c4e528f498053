"""Code review: what was shown to us in, a `Review` out. A pipeline of small pure rooms around two
outside helpers, the static tools and the model. Knows no platform and no conversation.
"""
