"""One image, enlarged, with what is known of it."""
