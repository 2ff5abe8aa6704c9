"""Letters of a server that is killed while it sends them."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import col, func, select

from clock import system_clock
from identity import visitors
from mail.adapters.tables import LetterRow
from mail.service import LEASE_MS
from server.settings import Settings
from tests.faults.server import ServerProcess, free_port
from tests.mail.sink import Sink, served
from tests.running import DEADLINE_S, SettableClock, eventually, running, store_of

pytestmark = [pytest.mark.faults, pytest.mark.processes]

LETTERS = 6
TAKEN_FIRST = 2


class HeldSink(Sink):
    """Takes some letters, then holds all others until it is let go, and refuses them for now.

    With `takes_held`, it takes the first one that it holds, but the desk does not learn of it before it is let go.
    """

    def __init__(self, *, takes_held: bool = False) -> None:
        super().__init__()
        self.takes_held = takes_held
        self.holds = asyncio.Event()
        self.let_go = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.let_go.is_set() or len(self.taken) < TAKEN_FIRST:
            return await super().handle_DATA(server, session, envelope)
        taken = self.takes_held and not self.holds.is_set()
        if taken:
            self.taken.append(envelope)
        self.holds.set()
        await self.let_go.wait()
        return "250 OK" if taken else "451 Try later"


async def request_help(server: ServerProcess, secret: bytes, email: str) -> None:
    token = visitors.issue(secret, str(uuid4()), system_clock())
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=server.url, headers=headers, timeout=DEADLINE_S, verify=False) as http:
        answer = await http.post("/api/tickets", json={"team": "media", "text": "Help", "email": email})
        assert answer.status_code == 201, answer.text


async def recorded(settings: Settings, count: int) -> None:
    """Wait until so many letters are recorded as accepted."""
    accepted = select(func.count()).select_from(LetterRow).where(col(LetterRow.state) == "accepted")
    store = await store_of(settings)
    try:
        async with asyncio.timeout(DEADLINE_S):
            while await store.read(lambda tx: tx.session.exec(accepted).one()) < count:
                await asyncio.sleep(0.01)
    finally:
        await store.close()


async def sent(data: Path, sink: HeldSink) -> Counter[str]:
    """The letters that the sink took, by address, from a server that was killed while the sink held letters, and from
    the next one."""
    data.mkdir()
    settings = Settings(data=data)
    addresses = [f"ana{number}@northlake.example" for number in range(LETTERS)]
    async with served(sink):
        server = ServerProcess(data, free_port(), settings={"SWITCHBOARD_SMTP_URL": sink.url})
        await server.start()
        try:
            for address in addresses:
                await request_help(server, settings.secret_bytes(), address)
            await asyncio.wait_for(sink.holds.wait(), DEADLINE_S)
            # Letters of which the database does not know yet that they were taken would be sent again.
            await recorded(settings, TAKEN_FIRST)
        finally:
            await server.end(signal.SIGKILL)
            server.close()
        sink.let_go.set()
        clock = SettableClock(system_clock() + LEASE_MS)
        async with running(data, clock, smtp_url=sink.url) as desk:
            await desk.desk.delivery.idle()
            await eventually(lambda: len({each.rcpt_tos[0] for each in sink.taken}) == LETTERS, "all letters are taken")
            await recorded(settings, LETTERS)
    return Counter(each.rcpt_tos[0] for each in sink.taken)


async def test_killed_server_loses_no_letter_and_sends_none_twice(tmp_path: Path) -> None:
    """It is killed while the mail server holds a letter, and others wait. The next server sends the rest."""
    taken = await sent(tmp_path / "data", HeldSink())
    assert set(taken.values()) == {1} and len(taken) == LETTERS


async def test_letter_that_was_taken_unnoticed_is_sent_again_under_the_same_id(tmp_path: Path) -> None:
    """The server is killed before it learns that the mail server took a letter. Only this letter is sent twice, and
    mail servers can recognize it."""
    sink = HeldSink(takes_held=True)
    taken = await sent(tmp_path / "data", sink)
    doubtful = sink.taken[TAKEN_FIRST].rcpt_tos[0]
    assert taken == Counter(dict.fromkeys(taken, 1)) + Counter([doubtful]) and len(taken) == LETTERS
    letters = [message_from_bytes(content) for content in sink.contents]
    assert len({letter["Message-ID"] for letter in letters}) == LETTERS
