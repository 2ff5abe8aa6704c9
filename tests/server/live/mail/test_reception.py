"""Mail whose bytes cannot be read now, or on which the program fails."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from unittest.mock import create_autospec

import pytest

from attachments.adapters.disk_reserve import DiskReserve
from attachments.adapters.uploads import Uploads
from attachments.disk_space import ReserveSize
from identity.actor import Actor
from mail.adapters.incoming_folder import FolderOfMails
from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.result import Result, StoredMail
from server.live.mail.intake import NoRoom
from server.live.mail.mail_decisions import Decision, MailDecisions, Match, Writer
from server.live.mail.mail_effects import MailEffects
from server.live.mail.mail_removal import MailRemoval
from server.live.mail.reception import ATTEMPTS, PAUSE_MS, Reception
from storage.ports import Storage, StorageUnavailable
from tests.running import SettableClock

MAILS = SqlIncomingMails()
SENDER = "ana@northlake.example"
TO = "reply+a@help.example"
ANA = Actor(kind="customer", id="mail-1", email=SENDER)
RAW = (
    b"From: ana@northlake.example\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n"
    b"--m\r\n\r\nHello\r\n--m\r\nContent-Type: text/plain; name=a.txt\r\n\r\nline\r\n--m--\r\n"
)
HELD = Result(state="suspended", kind="new", reason="unknown_address")
DOWN = StorageUnavailable("no answer")


class Disk(FolderOfMails):
    """A folder that cannot be read `faults` times."""

    faults = 0

    def read(self, digest: str) -> bytes | None:
        if self.faults:
            self.faults -= 1
            raise OSError("disk")
        return super().read(digest)


@dataclass(frozen=True)
class Usage:
    total: int
    free: int


class Place:
    def __init__(self, storage: Storage, folder: Path) -> None:
        self.storage, self.clock, self.raws = storage, SettableClock(1_795_556_400_000), Disk(folder)
        self.decisions = create_autospec(MailDecisions, instance=True)
        self.decisions.decide.return_value = Decision(kind="new", reason="unknown_address")
        self.decisions.addressed.return_value = None
        self.effects = create_autospec(MailEffects, instance=True)
        self.effects.act.return_value = HELD
        self.free = 10**9
        self.uploads = create_autospec(Uploads, instance=True)
        self.uploads.reserve = DiskReserve(folder, ReserveSize(size=10**6), lambda _: Usage(10**9, self.free))
        removal = create_autospec(MailRemoval, instance=True)
        given = (self.storage, self.clock, MAILS, self.raws, self.decisions, self.effects, self.uploads, removal)
        self.reception = Reception(*given, None, "one", 15.0)

    async def mail(self) -> StoredMail:
        (found,) = await self.storage.read(lambda tx: [MAILS.find(tx, 1)])
        assert found is not None
        return found


@pytest.fixture
async def place(storage: Storage, tmp_path: Path) -> Place:
    made = Place(storage, tmp_path)
    await made.reception.store(RAW, SENDER, [TO])
    return made


async def test_disk_that_fails_for_long_uses_up_no_attempt(place: Place) -> None:
    place.raws.faults = ATTEMPTS + 2
    for _ in range(ATTEMPTS + 2):
        assert await place.reception.step()
        assert (await place.mail()).attempts == 0
        assert not await place.reception.step()
        place.clock.forward(PAUSE_MS / 1000)
    assert await place.reception.step()
    mail = await place.mail()
    assert (mail.state, mail.reason, mail.attempts) == ("suspended", "unknown_address", 1)


async def test_database_that_does_not_answer_uses_up_no_attempt(place: Place) -> None:
    """The mail is tried again as soon as the database answers."""
    place.effects.act.side_effect = [DOWN] * (ATTEMPTS + 2) + [HELD]
    for _ in range(ATTEMPTS + 2):
        with pytest.raises(StorageUnavailable):
            await place.reception.step()
    assert await place.reception.step()
    mail = await place.mail()
    assert (mail.reason, mail.attempts) == ("unknown_address", 1)


async def test_mail_that_another_worker_has_is_not_given_back(place: Place) -> None:
    place.effects.act.side_effect = DOWN
    with pytest.raises(StorageUnavailable):
        await place.reception.step()
    place.clock.forward(3_600)
    taken = await place.storage.write(lambda tx: MAILS.claim(tx, "two", place.clock(), place.clock() + 60_000))
    assert taken is not None
    assert not await place.reception.step()
    assert (await place.mail()).attempts == 2


@pytest.mark.parametrize(
    ("match", "kind", "ticket"), [(None, "new", None), (Match(7, "reply_address", "ana@x.example"), "reply", 7)]
)
async def test_mail_on_which_the_program_fails_is_held_back_on_its_ticket(
    place: Place, match: Match | None, kind: str, ticket: int | None
) -> None:
    place.effects.act.side_effect = RuntimeError("unexpected")
    place.decisions.addressed.return_value = match
    for _ in range(ATTEMPTS):
        assert await place.reception.step()
    assert not await place.reception.step()
    mail = await place.mail()
    assert (mail.state, mail.reason, mail.kind, mail.ticket) == ("suspended", "unreadable", kind, ticket)


async def test_bytes_of_a_deleted_mail_do_not_come_back_with_another_delivery(place: Place) -> None:
    await place.reception.step()
    for digest in await place.storage.write(lambda tx: MAILS.delete(tx, 1)):
        place.raws.keep_only(digest[:2], ())
    await place.reception.store(RAW, SENDER, [TO])
    assert list(place.raws.digests()) == []
    assert not await place.reception.step()


async def test_mail_is_stored_if_one_of_its_recipients_is_new(place: Place) -> None:
    await place.reception.store(RAW, SENDER, [TO, "media@help.example"])
    assert [await place.reception.step() for _ in range(3)] == [True, True, False]


async def test_failure_after_somebody_else_acted_on_the_mail_changes_nothing(place: Place) -> None:
    """The lease had ended, so another worker took the mail."""
    place.decisions.decide.return_value = Decision(kind="new", team="media", writer=Writer(ANA))

    async def taken_over(*_: object) -> None:
        if (await place.mail()).attempts == ATTEMPTS:
            await place.storage.write(lambda tx: MAILS.settle(tx, 1, HELD, place.clock()))
        raise RuntimeError("unexpected")

    place.uploads.take_in.side_effect = taken_over
    for _ in range(ATTEMPTS):
        assert await place.reception.step()
    assert (await place.mail()).reason == "unknown_address"


async def test_mail_leaves_the_reserve_of_the_disk(place: Place) -> None:
    place.free = 10**6 + len(RAW)
    with pytest.raises(NoRoom):
        await place.reception.store(RAW + b"\r\n", SENDER, [TO])
    assert len(list(place.raws.digests())) == 1
