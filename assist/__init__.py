"""Texts that a language model suggests to staff: what is sent to it, and what its answers may be."""
