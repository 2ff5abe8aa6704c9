"""System availability and incidents."""
