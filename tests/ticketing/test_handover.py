from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from sqlmodel import select

from clock import from_rfc3339
from identity.actor import Actor
from storage.ports import Storage, Tx
from tests.ticketing.memory_letters import MemoryLetters, Queued
from tests.ticketing.paces import awaiting
from tests.ticketing.people import Colleagues, KnownClient
from tests.ticketing.table import TEAMS
from tests.ticketing.test_service import ChatLogs
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import HandoverRow
from ticketing.service import Tickets
from ticketing.ticket import Requester
from ticketing.wanted import Opening, Wanted

NOW = from_rfc3339("2026-11-24T15:00:00.000Z")
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media", "finance"}))
CLIENTS = {"c1": KnownClient("Northlake", account_team="northlake@accounts.example"), "c2": KnownClient("Kestrel Vane")}
DESK = {**TEAMS, "finance": replace(TEAMS["finance"], account_team="finance@accounts.example")}


def tickets(letters: MemoryLetters) -> Tickets:
    people = Colleagues({"u1": MAYA}, clients=CLIENTS)
    index, marks = SqlIndex(), SqlReadMarks()
    return Tickets(
        SqlStore(), marks, index, people, ChatLogs(), lambda: DESK, lambda: "Mediaocean", awaiting(), letters=letters
    )


TICKETS = tickets(MemoryLetters())
ENHANCEMENT = Wanted(status="solved", resolution="enhancement_required")


@dataclass(frozen=True)
class Kept:
    records: Sequence[tuple[int, str | None, str | None]]
    """Ticket, client, address."""


async def made(storage: Storage, team: str, client: str | None, email: str | None = "ana@northlake.example") -> int:
    opening = Opening(
        channel="staff",
        team=team,
        requester=Requester("v1", "Ana", email),
        client=client,
        by=MAYA,
        at=NOW,
        created_at=NOW,
    )
    return (await storage.write(lambda tx: TICKETS.open(tx, opening))).number


async def kept(storage: Storage) -> Kept:
    def read(tx: Tx) -> Kept:
        rows = tx.session.exec(select(HandoverRow)).all()
        assert all((row.sent_at, row.acknowledged_at, row.external_ref) == (None, None, None) for row in rows)
        return Kept([(row.ticket, row.client, row.address) for row in rows])

    return await storage.read(read)


@pytest.mark.parametrize(
    ("team", "client", "address"),
    [
        ("finance", "c1", "northlake@accounts.example"),
        ("finance", "c2", "finance@accounts.example"),
        ("finance", None, "finance@accounts.example"),
        ("media", "c2", None),
    ],
)
async def test_handover_goes_to_the_account_team(
    storage: Storage, team: str, client: str | None, address: str | None
) -> None:
    """The client's account team, else that of the ticket's team. Without either the record is still written, and
    the requester is notified in any case."""
    number, letters = await made(storage, team, client), MemoryLetters()
    await storage.write(lambda tx: tickets(letters).patch(tx, MAYA, number, ENHANCEMENT, None, NOW))
    assert await kept(storage) == Kept([(number, client, address)])
    to_account_team = [Queued("handover", number, address)] if address is not None else []
    assert letters.queued == [*to_account_team, Queued("handover_notice", number, "ana@northlake.example")]


async def test_handover_without_an_address_sends_no_notice(storage: Storage) -> None:
    number, letters = await made(storage, "media", "c1", email=None), MemoryLetters()
    await storage.write(lambda tx: tickets(letters).patch(tx, MAYA, number, ENHANCEMENT, None, NOW))
    assert [letter.kind for letter in letters.queued] == ["handover"]


async def test_ticket_opened_as_enhancement_is_handed_over(storage: Storage) -> None:
    opening = Opening(
        channel="staff",
        team="media",
        requester=Requester(None, "Ben", None),
        by=MAYA,
        at=NOW,
        created_at=NOW,
        wanted=Wanted(status="solved", resolution="enhancement_required"),
    )
    number = (await storage.write(lambda tx: TICKETS.open(tx, opening))).number
    assert await kept(storage) == Kept([(number, None, None)])


async def test_rolled_back_change_is_not_handed_over(storage: Storage) -> None:
    number = await made(storage, "finance", "c1")

    def fails(tx: Tx) -> None:
        TICKETS.patch(tx, MAYA, number, ENHANCEMENT, None, NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await storage.write(fails)
    assert await kept(storage) == Kept([])
    assert (await storage.read(lambda tx: TICKETS.get(tx, MAYA, number, NOW))).status == "open"
