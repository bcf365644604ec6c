"""The page on which images are explored: look at images and at what was made of them."""
