"""Guided lessons: a question, a run, and what was to be seen."""
