"""The surroundings of the start of a chat: the customer's page, and the place in the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A customer's page, its referrer, and details of their browser. Both URLs are without query and fragment."""

    page: str | None = None
    referrer: str | None = None
    locale: str | None = None
    timezone: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Joining:
    """The data that places a new chat in its queue.

    A lower `priority` goes first. `preferred` is the agent of the customer's last chat. The new chat goes behind the
    newest waiting chat, which joined at `behind` (ms). `wait_s(position)` is the estimated wait at a position, in s.
    """

    priority: int = 0
    preferred: str | None = None
    behind: int | None = None
    wait_s: Callable[[int], int | None] = lambda position: None
