"""Time limits for clients and the outside challenge service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Time limits in seconds. Only tests use other values."""

    hello_s: float = 5
    """A client must send `hello` within this time."""
    heartbeat_s: int = 10
    """Time between pings. A connection that is silent from one ping to the next is closed."""
    blocked_s: float = 10
    """A client that reads nothing for this long is disconnected."""
    close_grace_s: float = 5.0
    """A client must answer a close frame within this time."""
    settle_s: float = 3.0
    """Commands under way may take this long when the server stops. Their answers are sent before the close frame."""

    hold_s: float = 8.0
    """A poll is answered after this time even if there are no frames, as a sign of life. Less than a heartbeat."""
    silence_s: float = 20
    """A polled connection without a request for this long is closed.

    For as long again, a poll still gets the close code.
    """

    head_s: float = 10.0
    """The headers must arrive within this time.

    It begins with the connection, and anew with the first byte of each request.
    """
    body_s: float = 30.0
    """A body must arrive within this time. A large body gets more, as long as it arrives at `body_rate`."""
    body_rate: int = 16 * 1024
    """Minimum rate of a body in bytes per second.

    Each time this many bytes arrive, the deadline moves by one second.
    """
    linger_s: float = 5.0
    """After an early answer, the rest of the body is read for this long, so that the client can read the answer."""
    taken_s: float = 10.0
    """Time between checks of how much a slow client has read of an answer."""

    challenge_s: float = 2.0
    """The outside challenge service must answer within this time."""


DEADLINES = Deadlines()
