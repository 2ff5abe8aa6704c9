"""Issues of other systems that tickets link to, and the state that these systems report."""
