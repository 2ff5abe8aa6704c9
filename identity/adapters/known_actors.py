"""The actors of sessions and bearer tokens that this process has read."""

from __future__ import annotations

from collections.abc import Callable

from identity.actor import Actor
from identity.adapters.expiring_cache import Remembered
from identity.tokens import Scope


class KnownActors:
    def __init__(self) -> None:
        self.sessions: Remembered[Actor] = Remembered()
        self.tokens: Remembered[tuple[Actor, frozenset[Scope]]] = Remembered()
        self._changed: Callable[[], None] = lambda: None

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever sessions have ended in this process, or rights have changed."""
        self._changed = changed

    def changed(self) -> None:
        self._changed()

    def forget_sessions(self) -> None:
        """Forget all cached sessions, so that each is read again. All of them are dropped, because the cache cannot
        find the sessions of one person."""
        self.sessions.clear()
        self._changed()

    def forget_sessions_here(self) -> None:
        """Forget what this process knows of sessions, after a change by which nobody lost access."""
        self.sessions.clear()

    def forget_everybody(self) -> None:
        """Forget all cached sessions and tokens, so that a change of rights takes effect at once."""
        self.tokens.clear()
        self.forget_sessions()

    def changed_elsewhere(self) -> None:
        """Another process has ended sessions or changed rights."""
        self.tokens.clear()
        self.sessions.clear()
