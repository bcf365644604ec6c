"""Data sets that are known by name: where their files come from, and how they are read."""
