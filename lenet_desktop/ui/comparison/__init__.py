"""Several runs seen beside each other: their curves, and a table of their settings."""
