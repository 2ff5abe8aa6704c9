"""The hours file: read, changed, forecast."""
