"""Follows of the help center: notices and letters."""
