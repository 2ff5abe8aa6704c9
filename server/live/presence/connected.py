"""The people who are connected to the desk, whichever process they are connected to."""

from __future__ import annotations

from server.live.ports import Here


class ConnectedPeople:
    """Implements `server.live.ports.Here`. Use it on the event loop."""

    def __init__(self, here: Here) -> None:
        """`here` knows who is connected to this process."""
        self._here = here
        self.elsewhere: dict[str, bool] = {}
        """The people who are connected to other processes, by id. True for staff."""

    def is_here(self, id_: str) -> bool:
        return self._here.is_here(id_) or id_ in self.elsewhere

    def is_only_elsewhere(self, id_: str) -> bool:
        return id_ in self.elsewhere and not self._here.is_here(id_)
