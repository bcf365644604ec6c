"""The page on which runs are trained: configure a run and watch it."""
