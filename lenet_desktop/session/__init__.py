"""What goes on behind the window: loading and training, each on a thread. QtCore only."""
