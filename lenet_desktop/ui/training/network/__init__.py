"""The picture of the network that the form describes."""
