"""The floor, and the actions of supervisors."""
