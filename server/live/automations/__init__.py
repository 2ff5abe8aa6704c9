"""Rules: the events that they wait for, their runs, and how admins keep them."""
