"""Composes the learning center of one desk."""

from __future__ import annotations

from collections.abc import Callable

from clock import Clock
from learning.adapters.place_store import SqlPlaces
from learning.adapters.session_store import SqlRegistrations, SqlSessions
from learning.adapters.shelf import SqlPlaylists, SqlProgress, SqlShelf
from learning.adapters.suggested_store import SqlSuggested
from learning.library import Library
from learning.planning import Planning
from learning.ports import Announcing
from learning.suggested import SuggestedTraining
from learning.watching import Watching
from mail.service import Letters
from server.live.learning.booking_turns import BookingTurns
from server.live.learning.session_care import SessionCare
from server.live.learning.session_desk import SessionDesk
from server.live.learning.session_letters import SessionLetters, booking_of
from server.live.learning.session_links import SessionLinks
from storage.ports import Storage, Tx


class LearningCenter:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        secret: bytes,
        letters: Letters,
        announcing: Announcing,
        wake: Callable[[], None],
        is_known: Callable[[Tx, str], bool],
    ) -> None:
        """`wake` is called after the commit of each letter. `is_known`: the address has confirmed an earlier letter."""
        queue = SessionLetters(letters, clock, wake, is_known)
        self.links = SessionLinks(secret)
        self.turns = BookingTurns()
        """Whoever registers somebody waits for a turn first."""
        self.registrations = SqlRegistrations()
        self.library = Library(SqlShelf(), SqlPlaylists(), SqlProgress(), announcing)
        self.watching = Watching(SqlPlaces(), self.library)
        self.booking = booking_of(queue)
        self.planning = Planning(SqlSessions(), self.registrations, queue, announcing)
        self.suggested = SuggestedTraining(SqlSuggested(), self.library, self.planning, self.booking)
        self.care = SessionCare(storage, clock, self.booking, self.planning)
        self.desk = SessionDesk(storage, clock, self.library, self.planning, self.booking, self.registrations)
