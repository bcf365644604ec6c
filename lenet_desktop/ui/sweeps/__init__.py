"""Many runs at once: what is varied, how the trials go, and what is real of what they came to."""
