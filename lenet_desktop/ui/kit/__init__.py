"""What any panel may use: theme, icons, fields, accessibility."""
