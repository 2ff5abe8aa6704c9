"""Files."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From 0004 to 0005."""
