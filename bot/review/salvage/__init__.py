"""Takes whatever is whole out of a model's answer."""
