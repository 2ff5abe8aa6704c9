"""The canned replies of staff."""
