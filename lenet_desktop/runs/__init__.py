"""What outlives a session: every run, in a database with its files beside it. Knows no Qt."""
