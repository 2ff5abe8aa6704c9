"""Mail that comes in at a server that is killed at random moments, and started again."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import smtplib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from sqlmodel import col, select

from clock import system_clock
from identity.actor import SYSTEM
from mail.adapters.incoming_folder import FolderOfMails, folder_of
from mail.adapters.incoming_tables import IncomingMailRow
from server.live.mail.reception import LEASE_MS
from storage.ports import Tx
from tests.faults.server import ServerProcess, free_port
from tests.running import DEADLINE_S, RunningDesk, SettableClock, cancelled, eventually, running
from tests.servers import database
from ticketing.adapters.tables import TicketRow

pytestmark = [pytest.mark.faults, pytest.mark.processes]

MEDIA, DOMAIN = "media@teams.example", "help.example"
SENDERS = 3


class Form(NamedTuple):
    mails: int
    kills: int


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with database("postgresql", tmp_path) as url:
        yield url


def written(number: int) -> bytes:
    """Each has its own sender, so none writes too often."""
    head = f"From: ana{number}@northlake.example\r\nMessage-ID: <{number}@northlake.example>\r\nSubject: No. {number}"
    return f"{head}\r\n\r\nMail {number}. \xe9".encode("latin-1") + b"\r\nx" * 2_000 + b"\r\n"


class MailServer:
    """Delivers mails over LMTP, each again until it is acknowledged."""

    def __init__(self, port: int, mails: list[bytes]) -> None:
        self._port = port
        self._left = list(mails)
        self.acknowledged: list[bytes] = []

    def has(self, count: int) -> bool:
        """True if so many mails are acknowledged."""
        return len(self.acknowledged) >= count

    async def deliver_all(self) -> None:
        while self._left:
            raw = self._left.pop()
            if await asyncio.to_thread(self._deliver, raw):
                self.acknowledged.append(raw)
            else:
                self._left.insert(0, raw)
                await asyncio.sleep(0.05)

    def _deliver(self, raw: bytes) -> bool:
        try:
            with smtplib.LMTP("127.0.0.1", self._port, timeout=DEADLINE_S) as connection:
                return not connection.sendmail("ana@northlake.example", [MEDIA], raw)
        except (OSError, smtplib.SMTPException):
            return False


async def texts(desk: RunningDesk) -> list[str]:
    """The text of each ticket. A ticket with more than one reply fails."""

    def read(tx: Tx) -> list[str]:
        found = []
        for number in tx.session.exec(select(TicketRow.number)).all():
            assert number is not None
            ticket = json.loads(msgspec.json.encode(desk.desk.tickets.get(tx, SYSTEM, number, desk.clock())))
            (said,) = (event["text"] for event in ticket["transcript"] if event["type"] == "reply")
            found.append(said.partition(".")[0])
        return found

    return await desk.desk.storage.read(read)


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(Form(12, 2), id="short"),
        pytest.param(Form(400, 60), id="long", marks=[pytest.mark.soak, pytest.mark.timeout(0)]),
    ],
)
async def test_killed_server_loses_no_mail_and_acts_on_each_once(
    tmp_path: Path, database_url: str | None, form: Form
) -> None:
    """The mail server delivers a mail again if it was not acknowledged, even if the desk had stored it."""
    data, port, chance = tmp_path / "data", free_port(), random.Random(form.mails)
    data.mkdir()
    mails = [written(number) for number in range(form.mails)]
    mail_server = MailServer(port, mails)
    settings = {
        "SWITCHBOARD_MAIL_DOMAIN": DOMAIN,
        "SWITCHBOARD_MAIL_LISTEN": f"lmtp://127.0.0.1:{port}",
        "SWITCHBOARD_UPLOAD_RESERVE": "0",
    }
    server = ServerProcess(data, free_port(), database_url, settings=settings)
    await server.start()
    delivering = [asyncio.create_task(mail_server.deliver_all()) for _ in range(SENDERS)]
    try:
        for kill_at in sorted(chance.sample(range(1, form.mails - SENDERS), form.kills)):
            await eventually(partial(mail_server.has, kill_at), "mails are acknowledged")
            await server.end(signal.SIGKILL)
            await server.start()
        await asyncio.gather(*delivering)
        await server.end(signal.SIGKILL)
    finally:
        await cancelled(*delivering)
        server.close()
    clock = SettableClock(system_clock() + LEASE_MS)
    async with running(data, clock, database_url, mail_domain=DOMAIN) as desk:
        await desk.desk.reception.idle()
        await desk.desk.mailroom.removal.sweep()
        rows = await desk.desk.storage.read(
            lambda tx: tx.session.exec(select(IncomingMailRow.state, col(IncomingMailRow.kind))).all()
        )
        assert rows == [("done", "new")] * form.mails
        assert sorted(await texts(desk)) == sorted(f"Mail {number}" for number in range(form.mails))
    folder = FolderOfMails(folder_of(data))
    kept = [folder.read(digest) for digest in folder.digests()]
    assert sorted(raw for raw in kept if raw is not None) == sorted(mails)
