"""What learns: how networks are built, computed and judged."""
