"""What the window's words mean, what the program is, and how a problem is reported."""
