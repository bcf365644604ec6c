"""The right half of the window: look at images and at what was made of them."""
