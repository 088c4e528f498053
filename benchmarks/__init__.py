"""Scripts that print tables: what the bot costs beside a floor that has no feature.

`python -m benchmarks` runs one module per subject. Nothing of the bot imports this.
"""
