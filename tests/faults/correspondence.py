"""A clerk who opens tickets for customers, each of whom gets one letter."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

import httpx2
from sqlmodel import select

from mail.adapters.tables import LetterRow
from storage.ports import Storage, Tx
from tests.running import cancelled, enrol, eventually
from ticketing.adapters.tables import TicketRow

ANSWER_S = 10.0
AGAIN_S = 0.5
SETTLED_S = 120.0
TRY_AGAIN = (429, 503)


@dataclass(frozen=True)
class Mailed:
    """What the desk has of the clerk's customers."""

    tickets: Mapping[int, str | None]
    """The address of each ticket's requester."""
    queued: Mapping[str, int]
    """Letters by address."""
    written: Mapping[str, int] = field(default_factory=dict)
    """Files of letters by address. A letter that is written again has the same file."""


def faults_of(answered: Mapping[str, int], mailed: Mailed) -> Iterator[str]:
    """Each answered request has one ticket, and one letter was sent about it."""
    addresses = Counter(mailed.tickets.values())
    for address, number in answered.items():
        if mailed.tickets.get(number) != address:
            yield f"the ticket {number} of {address} is lost"
        if addresses[address] > 1:
            yield f"{address} has {addresses[address]} tickets"
        if mailed.queued.get(address, 0) != 1:
            yield f"{mailed.queued.get(address, 0)} letters to {address} were queued"
        if mailed.written.get(address, 0) != 1:
            yield f"{mailed.written.get(address, 0)} letters to {address} were sent"


class Correspondence:
    """Opens one ticket after another. Each request is sent again, with the same key, until it is answered."""

    def __init__(self, port: int, bearer: str, mails: Path) -> None:
        self._http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {bearer}"},
            timeout=ANSWER_S,
            trust_env=False,
            verify=False,
        )
        self._mails = mails
        self.answered: dict[str, int] = {}
        """The number of the ticket of each address."""
        self.repeated = 0
        self._over = asyncio.Event()
        self._writing = asyncio.create_task(self._write())

    async def end(self, storage: Storage) -> list[str]:
        """Wait until the last request is answered and all letters are sent. Returns the faults."""
        self._over.set()
        async with asyncio.timeout(SETTLED_S):
            await self._writing
        # A worker that was killed while it sent a letter holds it until its lease ends.
        with suppress(AssertionError):
            await eventually(lambda: set(self._sent()) >= set(self.answered), "all letters are sent", SETTLED_S)
        mailed = await storage.read(_mailed)
        return [*faults_of(self.answered, Mailed(mailed.tickets, mailed.queued, self._sent()))]

    async def close(self) -> None:
        await cancelled(self._writing)
        await self._http.aclose()

    def _sent(self) -> Counter[str]:
        return Counter(message_from_bytes(file.read_bytes())["To"] for file in self._mails.glob("*.eml"))

    async def _write(self) -> None:
        while not self._over.is_set():
            address = f"customer{len(self.answered)}@northlake.example"
            self.answered[address] = await self._ticket_for(address)
            await asyncio.sleep(AGAIN_S)

    async def _ticket_for(self, address: str) -> int:
        asked = {"team": "media", "text": "Please call back.", "requester": {"email": address}}
        while True:
            try:
                answer = await self._http.post("/api/tickets", json=asked, headers={"Idempotency-Key": address})
            except httpx2.TransportError:
                pass
            else:
                if answer.status_code not in TRY_AGAIN:
                    assert answer.status_code == 201, answer.text
                    return int(answer.json()["number"])
            self.repeated += 1
            await asyncio.sleep(AGAIN_S)


def _mailed(tx: Tx) -> Mailed:
    tickets = {row.number: row.requester_email for row in tx.session.exec(select(TicketRow)) if row.number is not None}
    queued = Counter(tx.session.exec(select(LetterRow.to_address)))
    return Mailed(tickets, queued)


@asynccontextmanager
async def corresponding(storage: Storage, port: int, data: Path) -> AsyncIterator[Correspondence]:
    """While the block runs, a clerk opens tickets at `port` of the desk in `data`, which writes letters to files."""
    _, bearer = await enrol(storage, "clerk@desk.example", "Clerk")
    correspondence = Correspondence(port, bearer, data / "mail")
    try:
        yield correspondence
    finally:
        await correspondence.close()
