"""The kinds of data whose retention an admin sets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["conversations", "files"]
"""`conversations`: texts, names and addresses of tickets and their chats. `files`: the files in them."""
Days = Mapping[Kind, int | None]
"""The days for which each kind is kept after its ticket was closed for good. None: for ever."""
DAYS_MIN, DAYS_MAX = 30, 3_650


@dataclass(frozen=True, slots=True)
class Kept:
    """`version` is 0 before the first change."""

    days: Days
    version: int
