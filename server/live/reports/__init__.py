"""Figures of reports: counted, read and mailed."""
