"""Links of tickets to issues of other systems."""
