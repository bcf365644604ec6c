"""Folders of somebody's own pictures, and how they become a data set."""
