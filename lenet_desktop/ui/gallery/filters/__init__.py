"""Which images are shown."""
