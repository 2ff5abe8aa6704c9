"""Stores mails that come in, before they are parsed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from attachments.adapters.disk_reserve import DiskReserve
from clock import Clock
from mail.incoming.parsing import SIZE_MAX, Envelope
from mail.incoming_ports import Hold, IncomingMails, RawMails
from storage.ports import Storage, StorageUnavailable, Tx

log = structlog.get_logger(__name__)


class TooLarge(Exception):
    """The mail has more than SIZE_MAX bytes."""


class NoRoom(Exception):
    """The mail cannot be stored now. It should be delivered again later."""


class Intake:
    """`stored` is called after the commit of a mail. A mail is refused if it would use the disk's reserve, which is
    free space that uploads may not use either."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        mails: IncomingMails,
        raws: RawMails,
        reserve: DiskReserve,
        stored: Callable[[], None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._mails = mails
        self._raws = raws
        self._reserve = reserve
        self._stored = stored

    async def store(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Store a mail for each of its recipients. When this returns, the mail is stored durably.

        Raises TooLarge or NoRoom.
        """
        if len(raw) > SIZE_MAX:
            raise TooLarge
        try:
            digest = await asyncio.to_thread(self._raws.digest, raw)
            if await self._storage.read(lambda tx: self._mails.knows(tx, digest, recipients)):
                # The mail was stored before. Its bytes may have been deleted since, and must not come back.
                return
            await self._check_room(len(raw))
            hold = await self._hold(digest)
            try:
                await asyncio.to_thread(self._raws.save, raw)
                await self._storage.write(lambda tx: self._add(tx, digest, len(raw), sender, recipients))
            finally:
                hold.close()
        except (OSError, StorageUnavailable) as error:
            log.warning("mail_not_stored", error=str(error))
            raise NoRoom from error

    def _add(self, tx: Tx, digest: str, size: int, sender: str, recipients: Sequence[str]) -> None:
        for to in recipients:
            self._mails.add(tx, Envelope(sender, to), digest, size, self._clock())
        tx.after_commit(self._stored)

    async def _hold(self, digest: str) -> Hold:
        waiting = asyncio.get_running_loop().run_in_executor(None, self._raws.hold, digest)
        try:
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            # The thread cannot be cancelled. Release the hold once the thread has it.
            waiting.add_done_callback(_release)
            raise

    async def _check_room(self, size: int) -> None:
        if not self._reserve.fits(size, await asyncio.to_thread(self._reserve.room)):
            log.warning("mail_refused_for_space")
            raise NoRoom


def _release(waited: asyncio.Future[Hold]) -> None:
    if not waited.cancelled() and waited.exception() is None:
        waited.result().close()
