"""Composes the inboxes of one desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from clock import Clock
from identity.adapters.people import People
from inbox.adapters.store import SqlInbox
from inbox.service import Inbox
from mail.service import Letters
from server.live.inbox.inbox_letters import InboxLetters
from server.live.inbox.inbox_news import InboxNews
from server.live.inbox.inbox_reading import InboxReading
from server.live.ports import Telling
from server.live.sweeps import Intervals, Job
from server.live.webhooks.told_store import ToldStore
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.adapters.follower_store import SqlFollowers
from ticketing.adapters.store import SqlStore


class DeskInbox:
    entering: InboxNews

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        people: People,
        store: SqlStore,
        letters: Letters,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called after letters were queued."""
        self._people = people
        self.entries: Inbox[Tx] = Inbox(SqlInbox())
        self.reader = InboxReading(self.entries, store, people)
        self.letters = InboxLetters(settings, storage, clock, people, self.entries, self.reader, letters, wake)

    def follow(self, store: ToldStore, telling: Callable[[], Telling]) -> Self:
        """Put what happens on tickets into inboxes. `telling` reaches the people of all processes."""
        self.entering = InboxNews(self.entries, SqlFollowers(), store, self._people, telling)
        store.inbox = self.entering
        return self

    def jobs(self, every: Intervals) -> Sequence[Job]:
        return (
            Job("inbox_letters", every.reconcile, "one process", self.letters.sweep),
            Job("old_inbox_entries", every.tidy, "one process", self.letters.forget),
        )
