"""Stores links and sources in the database."""
