"""Removes the bytes of mails that nothing needs any more, and copies of letters with redacted texts.

A transaction first records in the database that the bytes are no longer needed. The bytes are removed after its commit.
If a crash prevents this, the next sweep removes the files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from functools import partial

import msgspec
import structlog

from clock import Clock
from mail.adapters.folder import CopiesOfLetters
from mail.incoming_ports import NeedsOfBytes, RawMails
from mail.service import Letters
from server.live.runner import Runner, whenever_woken
from storage import outbox
from storage.ports import Storage, Tx

BUSY_S = 1.0
"""Seconds until the next attempt if something cannot be removed now, for example because a mail is being stored on its
shelf."""
_COPIES = "letter_copies"
"""The kind of an outbox entry: remove the copies of a ticket's letters."""
_COPIES_OF = "copies_of_letters"
"""The kind of an outbox entry: remove the copies of the letters with these Message-IDs."""
_BATCH = 200
_ALL = frozenset(f"{number:02x}" for number in range(256))
"""The names of all shelves. Shelves without a file are included, because their files may be lost."""

log = structlog.get_logger(__name__)


class MailRemoval:
    """`keep_ms` is the time in ms for which the bytes of a mail are kept after the desk has acted on it."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        needs: NeedsOfBytes,
        raws: RawMails,
        letters: Letters,
        copies: CopiesOfLetters,
        keep_ms: int,
        check_s: float,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._needs = needs
        self._raws = raws
        self._letters = letters
        self._copies = copies
        self._keep_ms = keep_ms
        self._check_s = check_s
        self._shelves: set[str] = set()
        """Shelves with bytes that may no longer be needed."""
        self._reported: set[str] = set()
        """Missing files that the log has named."""
        self._woken = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._runner = Runner()

    def unneeded(self, tx: Tx, digests: Collection[str]) -> None:
        """After the commit, remove the bytes of these mails, unless a record still needs the bytes."""
        shelves = {digest[:2] for digest in digests}

        def committed() -> None:
            self._shelves |= shelves
            self._woken.set()

        if shelves:
            tx.after_commit(committed)

    def redacted(self, tx: Tx, ticket: int) -> None:
        """After the commit, remove the copies of this ticket's letters, because they may contain a redacted text."""
        outbox.add(tx, _COPIES, msgspec.json.encode(ticket).decode(), self._clock())
        tx.after_commit(self._woken.set)

    def erased(self, tx: Tx, message_ids: Collection[str]) -> None:
        """After the commit, remove the copies of these letters, because they went to a person who is erased."""
        if message_ids:
            outbox.add(tx, _COPIES_OF, msgspec.json.encode(sorted(message_ids)).decode(), self._clock())
            tx.after_commit(self._woken.set)

    def start(self) -> None:
        worker = whenever_woken(
            self._woken, self.idle, self._check_s, log=log, postponed="removal_postponed", failed="mails_not_removed"
        )
        self._runner.start(worker)

    async def stop(self) -> None:
        """Stop. After the next start, a sweep removes what could not be removed before."""
        await self._runner.stop()

    async def idle(self) -> float | None:
        """Remove the bytes of mails that are no longer needed, and the copies of letters with redacted texts.

        If something cannot be removed now, returns the number of seconds after which to try again. Otherwise returns
        None.
        """
        async with self._one_at_a_time:
            waits = await self._remove_copies()
            for shelf in sorted(self._shelves):
                if await self._tidy(shelf):
                    self._shelves.discard(shelf)
            return BUSY_S if waits or self._shelves else None

    async def sweep(self) -> None:
        """Remove the bytes of mails on which the desk acted longer than `keep_ms` ago, and the files that a crash left
        behind."""
        before = self._clock() - self._keep_ms
        while expired := await self._storage.write(
            lambda tx: self._needs.expire(tx, before, self._clock(), _BATCH),
        ):
            self._shelves.update(digest[:2] for digest in expired)
        self._shelves.update(_ALL)
        await self.idle()

    async def _tidy(self, shelf: str) -> bool:
        """Remove those files of a shelf that no record needs. Returns False if a mail is being stored on the shelf
        now."""
        hold = self._raws.alone(shelf)
        if hold is None:
            return False
        try:
            needed = await self._storage.read(lambda tx: self._needs.needed(tx, shelf))
            there = await asyncio.to_thread(self._raws.on, shelf)
            removed = await asyncio.to_thread(self._raws.keep_only, shelf, needed)
        finally:
            hold.close()
        if removed:
            log.info("mails_removed", files=removed)
        # Missing files may come back, for example when a disk is mounted again. So their records still need them.
        if lost := needed - there - self._reported:
            self._reported |= lost
            log.error("mails_without_bytes", count=len(lost), digests=sorted(lost)[:10])
        self._reported -= there
        return True

    async def _remove_copies(self) -> bool:
        """Remove the copies of letters with redacted texts. Returns True if some copies could not be removed, because
        their letters are being sent now."""
        while True:
            ids, message_ids, waits = await self._storage.read(self._copies_to_remove)
            if not ids:
                return waits
            await asyncio.to_thread(self._copies.remove, message_ids)
            await self._storage.write(partial(outbox.all_done, ids=ids))

    def _copies_to_remove(self, tx: Tx) -> tuple[Sequence[int], list[str], bool]:
        tickets = {
            entry.id: msgspec.json.decode(entry.payload, type=int) for entry in outbox.waiting(tx, _COPIES, _BATCH)
        }
        # A letter that was claimed before the redaction may still contain the text. Its copy may not be written yet.
        busy = self._letters.being_sent(tx, set(tickets.values()))
        ready = {id_: ticket for id_, ticket in tickets.items() if ticket not in busy}
        letters = [letter for each in sorted(set(ready.values())) for letter in self._letters.of_ticket(tx, each)]
        of_people = {
            entry.id: msgspec.json.decode(entry.payload, type=list[str])
            for entry in outbox.waiting(tx, _COPIES_OF, _BATCH)
        }
        named = [message_id for each in of_people.values() for message_id in each]
        return [*ready, *of_people], [*(letter.message_id for letter in letters), *named], bool(busy)
