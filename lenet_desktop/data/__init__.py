"""What is learned from: images with their labels, and what a person noted on them."""
