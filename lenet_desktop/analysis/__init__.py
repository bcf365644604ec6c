"""What a run has come to: its curves, its predictions, and what a network saw."""
