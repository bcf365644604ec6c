"""Trying a picture of one's own: drawn, pasted, opened or taken from the gallery."""
