"""A clerk who opens tickets for customers who never answer. Each gets one letter, and each reminder once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from functools import partial
from pathlib import Path

import httpx2
from sqlalchemy import update
from sqlmodel import col, select

from clock import system_clock
from mail.adapters.tables import LetterRow
from storage.ports import Storage, StorageUnavailable, Tx
from tests.running import cancelled, enrol
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow, WaitRow

KINDS = ("reply", "reminder_1", "reminder_2", "auto_solved")
"""The letters to a customer who never answers, in their order."""
Letter = tuple[str, str]
"""An address and a kind."""
DAYS_MS = 8 * 24 * 3_600_000
"""More than any step of a waiting clock."""
DAYS_PASS_S = 1.0
ANSWER_S = 10.0
AGAIN_S = 0.5
SETTLED_S = 120.0
TRY_AGAIN = (429, 503)


@dataclass(frozen=True)
class Mailed:
    """What the desk has of the clerk's customers. Letters are counted by address and kind."""

    tickets: Mapping[int, str | None]
    """The address of each ticket's requester."""
    queued: Mapping[Letter, int]
    written: Mapping[Letter, int]
    """Files of letters. A letter that is written again has the same file."""


def faults_of(answered: Mapping[str, int], mailed: Mailed) -> Iterator[str]:
    """Each answered request has one ticket, and each letter about it was sent once: the first one, both reminders, and
    that the ticket was solved."""
    addresses = Counter(mailed.tickets.values())
    for address, number in answered.items():
        if mailed.tickets.get(number) != address:
            yield f"the ticket {number} of {address} is lost"
        if addresses[address] > 1:
            yield f"{address} has {addresses[address]} tickets"
        for kind in KINDS:
            if (queued := mailed.queued.get((address, kind), 0)) != 1:
                yield f"{queued} letters {kind} to {address} were queued"
            if (written := mailed.written.get((address, kind), 0)) != 1:
                yield f"{written} letters {kind} to {address} were sent"


def request_of(address: str) -> Mapping[str, object]:
    """The body of the request that opens the ticket of this customer."""
    wanted = {"status": "awaiting_reply", "requester": {"email": address}}
    return {"team": "media", "text": "Please call back.", **wanted}


class Correspondence:
    """Opens one ticket after another, which awaits a reply that never comes. Each request is sent again, with the same
    key, until it is answered. For the tickets, days pass every second."""

    def __init__(self, storage: Storage, port: int, bearer: str, mails: Path) -> None:
        self._http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {bearer}"},
            timeout=ANSWER_S,
            trust_env=False,
            verify=False,
        )
        self._storage = storage
        self._mails = mails
        self.answered: dict[str, int] = {}
        """The number of the ticket of each address."""
        self.repeated = 0
        self._over = asyncio.Event()
        self._writing = asyncio.create_task(self._write())
        self._ageing = asyncio.create_task(self._age())

    async def end(self, most: int | None = None, settled_s: float = SETTLED_S) -> list[str]:
        """Wait until the last request is answered, all letters are sent, and days have passed once more. Returns the
        faults. `most`: go on until so many tickets were opened."""
        async with asyncio.timeout(SETTLED_S):
            while most is not None and len(self.answered) < most:
                await asyncio.sleep(AGAIN_S)
            self._over.set()
            await self._writing
        # A worker that was killed while it sent a letter holds it until its lease ends.
        with suppress(TimeoutError):
            async with asyncio.timeout(settled_s):
                while await self._faults():
                    await asyncio.sleep(AGAIN_S)
        await asyncio.sleep(3 * DAYS_PASS_S)
        return await self._faults()

    async def close(self) -> None:
        await cancelled(self._writing, self._ageing)
        await self._http.aclose()

    async def _faults(self) -> list[str]:
        return [*faults_of(self.answered, await self._storage.read(partial(_mailed, sent=self._sent())))]

    def _sent(self) -> list[str]:
        return [message_from_bytes(file.read_bytes())["Message-ID"] for file in self._mails.glob("*.eml")]

    async def _write(self) -> None:
        while not self._over.is_set():
            address = f"customer{len(self.answered)}@northlake.example"
            self.answered[address] = await self._ticket_for(address)
            await asyncio.sleep(AGAIN_S)

    async def _age(self) -> None:
        while True:
            await asyncio.sleep(DAYS_PASS_S)
            with suppress(StorageUnavailable):
                await self._storage.write(partial(days_pass, now=system_clock()))

    async def _ticket_for(self, address: str) -> int:
        asked = request_of(address)
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


def _mailed(tx: Tx, sent: Sequence[str]) -> Mailed:
    tickets = {row.number: row.requester_email for row in tx.session.exec(select(TicketRow)) if row.number is not None}
    letters = {row.message_id: (row.to_address, row.kind) for row in tx.session.exec(select(LetterRow))}
    return Mailed(tickets, Counter(letters.values()), Counter(letters[id_] for id_ in sent if id_ in letters))


def days_pass(tx: Tx, now: int) -> None:
    """Days pass for waiting tickets whose letters are settled, so that each letter is sent before the next one."""
    unsettled = select(LetterRow.ticket).where(col(LetterRow.state) == "waiting", col(LetterRow.ticket).is_not(None))
    numbers = tx.session.exec(select(WaitRow.ticket).where(col(WaitRow.ticket).not_in(unsettled))).all()
    # The steps of the waiting clock take the same lock.
    SqlStore().find_all(tx, numbers, lock=True)
    run = tx.session.connection().execute
    # The desk drops a reminder that is older than the wait, as one would be after a worker's clock was set back. An
    # address that nobody has proven gets one letter an hour.
    longer = {"awaiting_since": col(TicketRow.awaiting_since) - DAYS_MS, "requester_verified": True}
    run(update(TicketRow).where(col(TicketRow.number).in_(numbers)).values(longer))
    dates = ("since", "due", "reminder_1", "reminder_2", "auto_solve")
    earlier = {date: col(getattr(WaitRow, date)) - DAYS_MS for date in dates}
    run(update(WaitRow).where(col(WaitRow.ticket).in_(numbers)).values(earlier))
    settled = col(LetterRow.settled_at)
    lately = (col(LetterRow.ticket).in_(numbers), settled > now - DAYS_MS // 2)
    run(update(LetterRow).where(*lately).values(settled_at=settled - DAYS_MS))


@asynccontextmanager
async def corresponding(storage: Storage, port: int, data: Path) -> AsyncIterator[Correspondence]:
    """While the block runs, a clerk opens tickets at `port` of the desk in `data`, which writes letters to files."""
    _, bearer = await enrol(storage, "clerk@desk.example", "Clerk")
    correspondence = Correspondence(storage, port, bearer, data / "mail")
    try:
        yield correspondence
    finally:
        await correspondence.close()
