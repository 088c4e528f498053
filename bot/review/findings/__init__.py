"""What holds for every finding: its place, its identity, what is the same, the score."""
