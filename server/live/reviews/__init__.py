"""The review of converted tickets."""
