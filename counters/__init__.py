"""Counts and used tokens on which limits rely. All processes of a desk share them."""
