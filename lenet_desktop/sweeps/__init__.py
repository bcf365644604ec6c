"""Many runs: which recipes are tried, where they compute, and what came of them. Knows no Qt."""
