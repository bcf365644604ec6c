"""Pictures of any kind, and the way from one to what a network reads."""
