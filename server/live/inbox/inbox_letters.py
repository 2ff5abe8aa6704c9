"""Letters about entries of inboxes that were not read for some minutes. They contain no text of a note or reply."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from clock import Clock
from identity.adapters.people import People
from inbox.service import Inbox
from mail.letter import Letter, NewLetter
from mail.ports import NothingToSay
from mail.service import Letters
from server.live.inbox.inbox_reading import InboxReading
from server.settings import Settings
from storage.ports import Storage, Tx
from widgets.letters.blocks import Written
from widgets.letters.inbox import Line, inbox_letter

GIVE_UP_MS = 24 * 3_600_000
"""A letter that could not be sent for this long is not sent."""


class InboxLetters:
    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        people: People,
        inbox: Inbox[Tx],
        reader: InboxReading,
        letters: Letters,
        wake: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._people = people
        self._inbox = inbox
        self._reader = reader
        self._letters = letters
        self._wake = wake

    async def sweep(self) -> None:
        """Queue the letters that are due: one for each person."""
        while await self._storage.read(lambda tx: self._inbox.is_due(tx, self._clock())):
            await self._storage.write(self._queue_due)

    async def forget(self) -> None:
        """Delete old entries."""
        while await self._storage.write(lambda tx: self._inbox.forget(tx, self._clock())):
            pass

    def _queue_due(self, tx: Tx) -> None:
        now = self._clock()
        due = self._inbox.take_due(tx, now)
        for id_, entries in due.items():
            person = self._people.staff(tx, id_)
            if person is not None and person.email is not None:
                context = {"entries": " ".join(map(str, entries))}
                self._letters.queue(tx, NewLetter(kind="inbox", to=person.email, person=id_, context=context), now)
        tx.after_commit(self._wake)

    async def of(self, letter: Letter, now: int) -> Written:
        """The letter. Raises NothingToSay if it is too late, or if the person has read everything or may no longer see
        it."""
        if now - letter.created_at > GIVE_UP_MS:
            raise NothingToSay("The letter could not be sent for a day.")
        return await self._storage.read(lambda tx: self._written(tx, letter))

    def _written(self, tx: Tx, letter: Letter) -> Written:
        person = self._people.staff(tx, letter.person or "")
        if person is None or person.email != letter.to:
            raise NothingToSay("The person may not have this letter any more.")
        wanted = self._inbox.letters_wanted(tx, person.id)
        entries = [
            entry
            for entry in self._inbox.find(tx, [int(id_) for id_ in letter.context["entries"].split()])
            if entry.person == person.id and entry.read_at is None and wanted.includes(entry.kind)
        ]
        shown = self._reader.shown(tx, person, entries)
        if not shown:
            raise NothingToSay("Everything was read meanwhile.")
        base = self._settings.base_url
        lines = [
            Line(
                kind=one.kind,
                by=one.by,
                place=f"#{one.ticket}" if one.ticket is not None else "a chat",
                subject=one.subject if one.ticket is not None else None,
                status=one.status,
                url=f"{base}/tickets/{one.ticket}" if one.ticket is not None else f"{base}/console#chat={one.chat}",
            )
            for one in shown
        ]
        return inbox_letter(lines, f"{base}/inbox", self._settings.brand_name, urlsplit(base).netloc)
