"""Assistance for staff by a language model that the operator chose."""
