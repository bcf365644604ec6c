"""Widgets and plots. They show values and emit intentions; they decide nothing."""
