"""What a run is asked to do: its settings, and recipes with a name."""
