"""The program in a terminal: train, evaluate and manage runs without a window. Knows no Qt."""
