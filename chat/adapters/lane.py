"""What came of the appends of one batch, told to those who sent them and to all who follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chat import wire
from chat.adapters.hub import Hub
from chat.adapters.socket import SocketPeer
from chat.errors import unavailable
from chat.events import Logged
from chat.numbering import Append, Duplicate, Outcome


class Settlement:
    """`deliver` for the lane. `stored` is told how many events each batch stored."""

    def __init__(self, hub: Hub, stored: Callable[[int], None]) -> None:
        self._hub = hub
        self._stored = stored

    def deliver(self, appends: Sequence[Append], outcomes: Sequence[Outcome] | Exception) -> None:
        """On the loop, once the batch is committed, or has failed as a whole."""
        if isinstance(outcomes, Exception):
            for append in appends:
                _refuse(append, unavailable())
            return
        stored = 0
        for append, outcome in zip(appends, outcomes, strict=True):
            peer: SocketPeer = append.origin
            if type(outcome) is Logged:
                stored += 1
                self._hub.deliver(outcome, peer)
                peer.settled()
            elif isinstance(outcome, Duplicate):
                peer.pending.discard(append.command)
                peer.send(wire.stored_ok(outcome.event, dup=True))
                peer.settled()
            else:
                _refuse(append, outcome)
        self._stored(stored)


def _refuse(append: Append, refused: Exception) -> None:
    peer: SocketPeer = append.origin
    peer.pending.discard(append.command)
    peer.send(wire.error(append.command, refused))  # type: ignore[arg-type]  # an outcome is an event or a refusal
    peer.settled()
