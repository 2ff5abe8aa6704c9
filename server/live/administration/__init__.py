"""Administration: staff, clients, tokens, settings, the audit log."""
