"""The calls below `/api/v2/`, for programs that were written for Zendesk."""
