"""The list of runs: what was trained, how it went, and what can be done with it."""
