"""How the classes are taken for each other."""
