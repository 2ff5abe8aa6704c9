"""The times of the bus: pings, and the pauses between attempts to reconnect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """All times in seconds."""

    ping: float = 5.0
    """Between two pings that a process sends through the transport to itself."""
    lost: float = 12.0
    """Without a ping for this long, the link counts as lost."""
    retry: float = 0.5
    """Before the first attempt to reconnect. Doubles with each attempt, up to `retry_max`."""
    retry_max: float = 1.0
    """With an attempt that gets no answer, well below 5 s: a process is live again within 5 s after an outage."""
    poll: float = 1.0
    """Between two reads of everything that may have changed, while there is no link."""

    def pause(self, failed: int, chance: float) -> float:
        """The pause after `failed` attempts in a row, at least 1. `chance` from 0 to 1 spreads the processes: the pause
        is between half of its full length and the full length."""
        full = min(self.retry * float(2 ** min(failed - 1, 16)), self.retry_max)
        return full * (1 + chance) / 2
