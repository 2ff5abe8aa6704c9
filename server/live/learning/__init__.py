"""The learning center: live sessions and their letters."""
