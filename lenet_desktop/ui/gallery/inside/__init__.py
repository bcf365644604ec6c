"""What a network saw in one image."""
