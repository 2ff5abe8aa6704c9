"""Letters out, mail in, and webhooks."""
