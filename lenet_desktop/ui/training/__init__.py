"""The left half of the window: configure a run and watch it."""
