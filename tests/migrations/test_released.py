"""Databases that released versions made, brought up to date: everything that people had is there, and goes on.

`sample.py` says how the folders here were made.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import asyncpg
import httpx2
import pytest
from sqlmodel import select

from chat.adapters.tables import ChatRow, EventRow
from clock import rfc3339
from server.schema import check
from storage import migrate
from storage.opening import open_storage
from storage.ports import Tx
from tests.migrations.sample import PASSWORD, SECRET, SITE, Facts
from tests.running import RunningDesk, SettableClock, eventually, running
from tests.servers import database
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketEventRow, TicketRow

RELEASED = sorted(path for path in Path(__file__).parent.iterdir() if (path / "sqlite.sql").exists())
DAY_MS = 86_400_000
WORDS = {1: "zanzibar", 2: "quokka", 3: "axolotl"}
"""A word that was said in each ticket."""


@pytest.fixture(params=RELEASED, ids=lambda folder: folder.name)
def released(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.scaled)])
def restored(request: pytest.FixtureRequest, released: Path, tmp_path: Path) -> Iterator[tuple[str, str | None]]:
    """A database as that version left it, with the files on the disk: its kind, and its address where it has one."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    shutil.copytree(released / "files", data / "files")
    kind: str = request.param
    statements = (released / f"{kind}.sql").read_text("utf-8")
    if kind == "sqlite":
        with closing(sqlite3.connect(data / "switchboard.db")) as connection:
            connection.executescript(statements)
        yield kind, None
        return
    with database("postgresql", tmp_path, migrated=False) as url:
        asyncio.run(_run(url, statements))
        yield kind, url


async def _run(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


def test_released_database_is_upgraded_to_the_current_tables(restored: tuple[str, str | None], tmp_path: Path) -> None:
    """The upgraded schema equals that of a new database."""
    url = restored[1] or f"sqlite:///{tmp_path / 'data' / 'switchboard.db'}"
    assert migrate.current(url) != migrate.newest()
    migrate.upgrade(url, check=check)
    assert migrate.current(url) == migrate.newest()


async def test_upgrade_stores_the_size_of_each_chat_and_ticket(
    restored: tuple[str, str | None], tmp_path: Path
) -> None:
    url = restored[1] or f"sqlite:///{tmp_path / 'data' / 'switchboard.db'}"
    await asyncio.to_thread(migrate.upgrade, url, check=check)
    storage = await open_storage(url)
    try:
        kept, real = await storage.read(_sizes)
        assert kept == real
        assert all(sum(size for (kind, _), size in kept.items() if kind == one) > 100 for one in ("chat", "ticket"))
    finally:
        await storage.close()


def _sizes(tx: Tx) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    kept = {("chat", row.id): row.size for row in tx.session.exec(select(ChatRow))}
    kept |= {("ticket", str(row.number)): row.size for row in tx.session.exec(select(TicketRow))}
    real = dict.fromkeys(kept, 0)
    for event in tx.session.exec(select(EventRow)):
        real["chat", event.chat] += len(event.body.encode())
    for said in tx.session.exec(select(TicketEventRow)):
        real["ticket", str(said.ticket)] += len(said.body.encode())
    return kept, real


async def test_upgrade_knows_which_tickets_were_answered(restored: tuple[str, str | None], tmp_path: Path) -> None:
    """Otherwise the next question would count as a first one."""
    url = restored[1] or f"sqlite:///{tmp_path / 'data' / 'switchboard.db'}"
    await asyncio.to_thread(migrate.upgrade, url, check=check)
    storage = await open_storage(url)
    try:
        tickets = await storage.read(lambda tx: SqlStore().find_all(tx, list(WORDS)))
        asked = {number: one.service.asked_at is not None for number, one in tickets.items()}
        assert all(one.service.answered_at is not None for one in tickets.values())
        assert asked == dict.fromkeys(WORDS, False)
    finally:
        await storage.close()


async def test_upgraded_desk_keeps_its_data_and_works(
    released: Path, restored: tuple[str, str | None], tmp_path: Path
) -> None:
    """Tickets with texts, notes and files; tokens, passwords and sessions; open chats with their agents."""
    kind, url = restored
    facts = json.loads((released / f"{kind}.json").read_text("utf-8"))
    clock = SettableClock(facts["at"] + 10_000)
    given: Facts = {} if url else {"secret": SECRET}
    secret = f"{SITE.kid}:{SITE.secret}"
    async with running(tmp_path / "data", clock, url, base_url=SITE.audience, identity_secret=secret, **given) as desk:
        await _tickets_are_there(desk, facts)
        await _chats_go_on(desk, facts)
        await _people_are_known(desk, facts)


async def test_upgrade_starts_the_clock_of_tickets_that_already_wait(
    released: Path, restored: tuple[str, str | None], tmp_path: Path
) -> None:
    """Nothing was told before, so the whole wait counts from the first sweep, and nobody is reminded at once."""
    kind, url = restored
    facts = json.loads((released / f"{kind}.json").read_text("utf-8"))
    statement = "UPDATE tickets SET status = 'awaiting_reply', awaiting_since = 1, requester_email = 'a@b.example'"
    if url is not None:
        await _run(url, statement)
    else:
        with closing(sqlite3.connect(tmp_path / "data" / "switchboard.db")) as connection, connection:
            connection.execute(statement)
    clock = SettableClock(facts["at"] + 10_000)
    given: Facts = {} if url else {"secret": SECRET}
    secret = f"{SITE.kid}:{SITE.secret}"
    async with running(tmp_path / "data", clock, url, base_url=SITE.audience, identity_secret=secret, **given) as desk:
        await desk.desk.ticket_clock.sweep()
        found = (await desk.http(facts["staff"]["sofia"]).get("/api/tickets")).json()["tickets"]
        assert len(found) == len(WORDS)
        for ticket in found:
            promise = ticket["promise"]
            assert (
                rfc3339(clock.at + 2 * DAY_MS) < promise["reminder_1"] < promise["reminder_2"] < promise["auto_solve"]
            )
        for number in WORDS:
            assert await desk.desk.storage.read(partial(desk.desk.letters.of_ticket, ticket=number)) == []


async def _tickets_are_there(desk: RunningDesk, facts: Facts) -> None:
    staff, ana = desk.http(facts["staff"]["sofia"]), desk.http(facts["visitors"]["ana"])
    assert len(facts["tickets"]) == len(WORDS)
    for before in facts["tickets"]:
        number = before["number"]
        now = (await staff.get(f"/api/tickets/{number}")).json()
        assert {name: now[name] for name in before} == before
        found = await _found(staff, WORDS[number])
        assert found == [number], WORDS[number]
    assert await _found(staff, "kumquat") == [1]
    for absent in ("kumquat", "marmoset"):
        assert await _found(ana, absent) == []
    assert await _found(staff, "marmoset") == []
    assert await _found(ana, "zanzibar") == [1]
    address = (await ana.get(f"/api/files/{facts['file']}", headers={"Accept": "application/json"})).json()["url"]
    assert (await desk.http().get(address)).content == b"day,spots\n2026-11-27,3\n"
    replied = await staff.post("/api/tickets/3/replies", json={"text": "Any news of the wombat?", "public": True})
    assert replied.status_code == 200, replied.text
    await eventually(lambda: desk.desk.indexing.resting, "the index has what is new")
    assert await _found(staff, "wombat") == [3]


async def _found(http: httpx2.AsyncClient, word: str) -> list[int]:
    answer = (await http.get("/api/tickets", params={"q": word})).json()
    assert "tickets" in answer, answer
    return [ticket["number"] for ticket in answer["tickets"]]


async def _chats_go_on(desk: RunningDesk, facts: Facts) -> None:
    maya = await desk.staff_again(facts["staff"]["maya"])
    dora = await desk.customer(facts["visitors"]["dora"])
    chat = facts["open"]["dora"]
    assert [(one["chat"], one["state"]) for one in dora.greeting["chats"]] == [(chat, "active")]
    assert chat in [one["chat"] for one in maya.greeting["chats"]]
    await maya.command("chat.resume", chat=chat, after=0)
    await dora.command("chat.resume", chat=chat, after=0)
    assert "Still here, with a capybara" in [event.get("text") for event in dora.durable(chat)]
    await dora.command("message.send", chat=chat, text="Hello again")
    assert (await maya.event("message", text="Hello again"))["chat"] == chat
    closed = await maya.command("chat.close", chat=chat, status="solved", resolution="set_up")
    assert closed["ticket"] == len(WORDS) + 1
    emil = await desk.customer(facts["visitors"]["emil"])
    assert [one["state"] for one in emil.greeting["chats"]] == ["queued"]


async def _people_are_known(desk: RunningDesk, facts: Facts) -> None:
    me = (await desk.http(Cookie=facts["cookie"]).get("/api/me")).json()
    assert (me["name"], me["teams"]) == ("Maya", ["media"])
    again = await desk.http().post("/api/session", json={"email": "maya@desk.example", "password": PASSWORD})
    assert again.status_code == 200, again.text
    ben = await desk.customer(identity=SITE.sign("ben", desk.clock(), email_verified=True))
    assert await _found(desk.http(ben.token), "quokka") == [2]
    assert await _found(desk.http(ben.token), "axolotl") == [3]
