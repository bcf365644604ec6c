"""Words and numbers as people read and write them. Knows nothing of networks, and no Qt."""
