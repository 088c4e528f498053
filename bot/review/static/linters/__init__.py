"""The static tools that are programs of their own, each behind the same small port."""
