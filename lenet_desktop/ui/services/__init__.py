"""What is done between the window and the sessions on behalf of a panel."""
