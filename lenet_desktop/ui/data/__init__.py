"""Which data are learned from: the menu of data sets, and the window that tells of each."""
