"""What goes on behind the window: loading and training, each on a thread of its own. QtCore only."""
