"""Tickets."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """From 0002 to 0003."""
