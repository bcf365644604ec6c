"""What is taken along to other programs, and what is taken over from them."""
