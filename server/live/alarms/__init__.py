"""Alarms: raised, taken care of, stored, and sent."""
