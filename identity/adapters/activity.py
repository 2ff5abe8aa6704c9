"""When sessions were last used, kept in memory and written down now and then: no command waits for the store."""

from __future__ import annotations

from collections.abc import Mapping


class Activity:
    """What is not written down yet, by the fingerprint of the session. Moments in ms since the epoch, UTC."""

    def __init__(self) -> None:
        self._at: dict[str, int] = {}

    def note(self, session: str, now: int) -> None:
        """The person did something in this session, which holds."""
        self._at[session] = now

    def last(self, session: str) -> int:
        """When they last did, as far as that is not written down; 0 where all is."""
        return self._at.get(session, 0)

    def pending(self) -> Mapping[str, int]:
        """What is to be written down."""
        return dict(self._at)

    def written(self, seen: Mapping[str, int]) -> None:
        """This is written down; what was noted meanwhile is not."""
        for session, at in seen.items():
            if self._at.get(session) == at:
                del self._at[session]
