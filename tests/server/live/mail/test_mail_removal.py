"""Bytes of mails that nothing needs any more, and copies of letters with a redacted text."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Collection
from contextlib import closing
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from structlog.testing import capture_logs

from mail.adapters.folder import CopiesOfLetters, FolderTransport
from mail.adapters.incoming_bytes import SqlNeedsOfBytes
from mail.adapters.incoming_folder import FolderOfMails
from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.parsing import Envelope
from mail.incoming.result import Result, State
from mail.service import Letters
from server.live.mail.mail_removal import BUSY_S, MailRemoval
from storage.ports import Storage
from tests.running import SettableClock

MAILS = SqlIncomingMails()
DAY_MS = 86_400_000


class HeldTransport(FolderTransport):
    """Stops before it writes a letter, until `go_on`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.writing, self.go_on = threading.Event(), threading.Event()

    def _write(self, name: str, message: EmailMessage) -> None:
        self.writing.set()
        self.go_on.wait(5)
        super()._write(name, message)


class Place:
    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage, self.clock = storage, SettableClock(1_795_556_400_000)
        self.raws, self.folder = FolderOfMails(folder / "in"), folder
        self.letters = create_autospec(Letters, instance=True)
        self.letters.being_sent.return_value = set()
        self.removal = self.another()

    def another(self) -> MailRemoval:
        """As if the program had started again."""
        given = (self.storage, self.clock, SqlNeedsOfBytes(), self.raws, self.letters)
        return MailRemoval(*given, CopiesOfLetters(self.folder), 30 * DAY_MS, 15.0)

    async def mail(self, raw: bytes, state: State | None = None) -> tuple[int, str]:
        digest = self.raws.save(raw)
        at = self.clock()
        id_ = await self.storage.write(lambda tx: MAILS.add(tx, Envelope("a@x", "b@x"), digest, len(raw), at))
        assert id_ is not None
        if state is not None:
            await self.storage.write(lambda tx: MAILS.settle(tx, id_, Result(state=state, kind="new"), at))
        return id_, digest

    def there(self) -> Collection[str]:
        return set(self.raws.digests())


@pytest.fixture
def place(storage: Storage, tmp_path: Path) -> Place:
    return Place(storage, tmp_path)


async def test_bytes_go_when_the_mail_was_done_30_days_ago(place: Place) -> None:
    """Those of mails that are held back or not read yet stay."""
    _, done = await place.mail(b"done", "done")
    kept = {(await place.mail(b"held back", "suspended"))[1], (await place.mail(b"not read"))[1]}
    place.clock.forward(30 * 86_400)
    await place.removal.sweep()
    assert place.there() == {done, *kept}
    place.clock.forward(1)
    await place.removal.sweep()
    assert place.there() == kept


async def test_file_that_a_crash_left_without_a_record_is_removed(place: Place) -> None:
    """The program ended between the file and its record, or while it wrote the file."""
    _, kept = await place.mail(b"kept", "done")
    orphan = place.raws.path(place.raws.save(b"orphan"))
    orphan.with_name(f"{orphan.name}.0.new").touch()
    await place.removal.sweep()
    assert place.there() == {kept}
    assert list(orphan.parent.iterdir()) == []


async def test_bytes_that_a_crash_left_after_a_deletion_are_removed(place: Place) -> None:
    id_, _ = await place.mail(b"deleted", "suspended")
    await place.storage.write(lambda tx: place.removal.unneeded(tx, MAILS.delete(tx, id_)))
    restarted = place.another()
    await restarted.idle()
    assert len(place.there()) == 1
    await restarted.sweep()
    assert place.there() == set()


async def test_bytes_of_a_deleted_mail_go_after_the_commit(place: Place) -> None:
    id_, _ = await place.mail(b"deleted", "suspended")
    _, other = await place.mail(b"other", "suspended")
    await place.storage.write(lambda tx: place.removal.unneeded(tx, MAILS.delete(tx, id_)))
    assert await place.removal.idle() is None
    assert place.there() == {other}


async def test_bytes_stay_while_the_same_mail_is_being_stored_again(place: Place) -> None:
    digest = place.raws.digest(b"again")
    with closing(place.raws.hold(digest)):
        place.raws.save(b"again")
        await place.removal.sweep()
        assert await place.removal.idle() == BUSY_S
        assert place.there() == {digest}
        await place.mail(b"again")
    assert await place.removal.idle() is None
    assert place.there() == {digest}


async def test_record_whose_file_is_missing_is_reported_once(place: Place) -> None:
    _, digest = await place.mail(b"lost", "suspended")
    shutil.rmtree(place.raws.path(digest).parent)
    with capture_logs() as logs:
        await place.removal.sweep()
        await place.removal.sweep()
    assert [(line["count"], line["digests"]) for line in logs if line["event"] == "mails_without_bytes"] == [
        (1, [digest])
    ]


async def test_folder_that_comes_back_keeps_its_mails(place: Place) -> None:
    _, digest = await place.mail(b"held back", "suspended")
    folder = place.raws.path(digest).parent
    folder.rename(away := folder.with_name("away"))
    await place.removal.sweep()
    shutil.rmtree(folder, ignore_errors=True)
    away.rename(folder)
    await place.removal.sweep()
    assert place.there() == {digest}


async def test_copy_that_is_being_written_during_the_redaction_is_removed(place: Place) -> None:
    """Its letter was claimed before, so it may contain the text. Other tickets do not wait for it."""
    letters = [create_autospec(Letters, instance=True, message_id=f"<{name}.x@y>") for name in ("held", "done")]
    place.letters.of_ticket.side_effect = lambda tx, ticket: letters[:1] if ticket == 7 else letters[1:]
    place.letters.being_sent.side_effect = lambda tx, tickets: {7} & set(tickets)
    held = HeldTransport(place.folder)
    message = EmailMessage()
    message["Message-ID"] = letters[0].message_id
    (place.folder / "done.eml").touch()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(held.send(message, "a@x", "b@x"))
        await asyncio.to_thread(held.writing.wait, 5)
        for ticket in (7, 8):
            await place.storage.write(partial(place.removal.redacted, ticket=ticket))
        assert await place.removal.idle() == BUSY_S
        assert list(place.folder.glob("*.eml")) == []
        held.go_on.set()
    assert [path.name for path in place.folder.glob("*.eml")] == ["held.eml"]
    place.letters.being_sent.side_effect = lambda tx, tickets: set()
    assert await place.removal.idle() is None
    assert list(place.folder.glob("*.eml")) == []


async def test_copies_of_letters_go_even_after_a_crash(place: Place) -> None:
    """Those of other tickets stay."""
    letters = [create_autospec(Letters, instance=True, message_id=f"<{name}.x@y>") for name in ("one", "two")]
    place.letters.of_ticket.side_effect = lambda tx, ticket: letters[:1] if ticket == 7 else letters[1:]
    for name in ("one", "two"):
        (place.folder / f"{name}.eml").touch()
    await place.storage.write(lambda tx: place.removal.redacted(tx, 7))
    await place.another().idle()
    assert [path.name for path in place.folder.glob("*.eml")] == ["two.eml"]
    place.letters.of_ticket.reset_mock()
    await place.removal.idle()
    assert place.letters.of_ticket.call_count == 0
