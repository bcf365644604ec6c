"""How a network learns: one step after the other, on some device."""
