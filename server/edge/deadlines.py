"""Time limits for the peers of connections, and for the outside challenge service."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Time limits in seconds. Only tests replace the default values."""

    hello_s: float = 5
    """The peer must send `hello` within this time."""
    heartbeat_s: int = 10
    """Seconds between two pings. A connection from which nothing came between two pings is closed."""
    blocked_s: float = 10
    """A peer that reads nothing for this long is disconnected."""
    close_grace_s: float = 5.0
    """The peer must answer a close frame within this time."""
    settle_s: float = 3.0
    """Maximum seconds that pending commands may take when the server stops. Their answers are sent before the close
    frame."""

    hold_s: float = 8.0
    """Maximum seconds for which a poll waits for frames. Then it is answered without frames, as a sign of life. The
    time must be shorter than a heartbeat."""
    silence_s: float = 20
    """A polled connection is closed if it has had no request for this many seconds. For another `silence_s` seconds
    after that, a poll still gets the close code."""

    head_s: float = 10.0
    """The headers must arrive within this time.

    The time starts when the connection opens, and again at the first byte of each request.
    """
    body_s: float = 30.0
    """A body must arrive within this time. A large body gets more time, as long as it arrives at `body_rate`."""
    body_rate: int = 16 * 1024
    """Minimum rate of a body in bytes per second.

    Each time this many bytes arrive, the deadline moves by one second.
    """
    linger_s: float = 5.0
    """If a request is answered before its body has arrived, the rest of the body is read for this many seconds, so that
    the peer can read the answer."""
    taken_s: float = 10.0
    """Seconds between two checks of how much of its answer a slow peer has read."""

    challenge_s: float = 2.0
    """The outside challenge service must answer within this time."""


DEADLINES = Deadlines()
