"""The benchmark's tickets. They are generated, are the same in every run, and are added to a data folder in bulk.

They look like the tickets of a desk after two years. Most tickets are closed, and open ones are recent. Some teams,
people and companies have many more tickets than others. A few words are in almost every ticket, while most words are
rare.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, text

from clock import system_clock
from identity import visitors
from identity.adapters.people import People
from identity.adapters.tables import AccountRow, ClientRow
from server.settings import Settings
from storage import migrate
from storage.opening import open_storage
from storage.ports import Storage, Tx
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.tables import ParticipantRow, TicketRow
from ticketing.ports import PROPERTIES, Passage
from ticketing.search_words import words_of

TEAMS = {"media": 35, "prod": 25, "tech": 15, "finance": 15, "canadian-spot": 10}
"""Teams of the shipped hours file, with their share of the tickets in percent."""
OURS = ("media", "prod", "tech")
"""The teams of the agent whose lists are measured."""
PRODUCTS = {"Spectra OX": 45, "Spectra DS": 35, "Lumina": 10, "Other": 10}
CHANNELS = {"chat": 65, "form": 20, "email": 10, "staff": 5}
STATUSES = {"solved": 92, "open": 4, "awaiting_reply": 3, "fixed_pending_rca": 1}
CODES = {"support_question": 40, "set_up": 20, "action_needed": 20, "no_issue": 10, "data_fix": 5, "code_fix": 5}
FLAGGED = {"": 85, ",no_address,": 7, ",confirmed,": 4, ",not_fixed,": 2, ",unreachable,": 2}
"""The flags of unsolved tickets, with their share in percent."""
STAFF, CLIENTS, ACCOUNTS = 40, 400, 5_000
DAY_MS = 86_400_000
YEARS_MS = 2 * 365 * DAY_MS
AT_A_TIME = 200
"""Number of rows per transaction."""
EVENTS_A_CHAT = 6


class Row(NamedTuple):
    """A ticket, its words, and its participants besides the requester."""

    ticket: dict[str, object]
    passages: list[Passage]
    participant: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Seeded:
    """Tokens of the people who list tickets, and the words to search for."""

    agent: str
    agent_id: str
    supervisor: str
    customer: str
    coordinator: str
    requester: str
    common: str
    """A word in most tickets."""
    rare: str


class World:
    """People and subjects of tickets, chosen by `rng`."""

    def __init__(self, staff: Sequence[str], rng: random.Random, shared: str = "") -> None:
        self.staff = staff
        self.rng = rng
        self.shared = shared
        self.clients = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(CLIENTS)]
        self.accounts = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(ACCOUNTS)]
        # A dict, because the order of a set varies from run to run.
        self.words = sorted(dict.fromkeys(_word(rng) for _ in range(6_000)), key=lambda _: rng.random())
        # Zipf's law: the tenth word is a tenth as frequent as the first.
        self._by_rank = {size: list(accumulate(1 / rank for rank in range(1, size + 1))) for size in self._sizes()}

    def _sizes(self) -> set[int]:
        return {len(self.staff), CLIENTS, ACCOUNTS, len(self.words)}

    def some(self, of: Sequence[str], count: int = 1) -> list[str]:
        """A list of `count` random picks. Earlier items are picked much more often than later ones."""
        return self.rng.choices(of, cum_weights=self._by_rank[len(of)], k=count)

    def weighed(self, shares: dict[str, int]) -> str:
        """A random key of `shares`. The probability of a key is proportional to its share."""
        return self.rng.choices([*shares], weights=[*shares.values()])[0]


def seed(data: Path, count: int, shared: str = "") -> Seeded:
    """Add `count` tickets, and their people, to the migrated desk in `data`. All the tickets contain the text
    `shared`."""
    return asyncio.run(_seed(data, count, shared))


async def _seed(data: Path, count: int, shared: str) -> Seeded:
    settings = Settings(data=data, database_url=None)
    secret, now = settings.secret_bytes(), system_clock()
    storage = await open_storage(settings.storage_url)
    people = People(storage, system_clock, secret)
    try:
        staff, agent, supervisor = await storage.write(partial(_add_staff, people=people, now=now))
        world = World(staff, random.Random(20_260_101), shared)
        await storage.write(partial(_add_customers, world=world, now=now))
        await _add_tickets(storage, world, count, now)
    finally:
        people.close()
        await storage.close()
    visitor = "0190a5b0-0000-7000-8000-000000000001"
    return Seeded(
        agent=agent,
        agent_id=staff[0],
        supervisor=supervisor,
        customer=visitors.issue(secret, visitor, now, world.accounts[1]),
        coordinator=visitors.issue(secret, visitor, now, world.accounts[0]),
        requester=world.accounts[2],
        common=world.words[0],
        rare=world.words[-1],
    )


def _add_staff(tx: Tx, *, people: People, now: int) -> tuple[list[str], str, str]:
    """Add the staff. Returns the ids of all agents, the token of the first agent, and the token of a supervisor of all
    teams."""
    ids = []
    for number in range(STAFF):
        teams = OURS if number % 2 == 0 else ("finance", "canadian-spot")
        added = people.identity.add_user(
            tx,
            email=f"colleague{number}@bench.example",
            name=f"Colleague {number}",
            role="agent",
            teams=teams,
            known_teams=[*TEAMS],
            now=now,
        )
        ids.append(added.id)
    people.identity.add_user(
        tx, email="all@bench.example", name="All", role="supervisor", teams=[], known_teams=[*TEAMS], now=now
    )
    agent = people.identity.create_token(tx, "colleague0@bench.example", now)
    return ids, agent, people.identity.create_token(tx, "all@bench.example", now)


def _add_customers(tx: Tx, *, world: World, now: int) -> None:
    connection = tx.session.connection()
    connection.execute(
        insert(ClientRow),
        [
            {"id": id_, "name": f"Client {number}", "name_key": f"client {number}", "vip": False, "created_at": now}
            for number, id_ in enumerate(world.clients)
        ],
    )
    connection.execute(
        insert(AccountRow),
        [
            {
                "id": id_,
                "kid": "",
                "sub": id_,
                "email": f"person{number}@client{number % CLIENTS}.example",
                "email_verified": True,
                "domain": f"client{number % CLIENTS}.example",
                "name": f"Person {number}",
                "client": world.clients[number % CLIENTS],
                "coordinator": number == 0,
                "created_at": now,
                "last_seen_at": now,
            }
            for number, id_ in enumerate(world.accounts)
        ],
    )


async def _add_tickets(storage: Storage, world: World, count: int, now: int) -> None:
    rows = tickets(world, count, now)
    while some := list(islice(rows, AT_A_TIME)):
        await storage.write(partial(_add, rows=some))


def _add(tx: Tx, *, rows: Sequence[Row]) -> None:
    connection = tx.session.connection()
    connection.execute(insert(TicketRow), [row.ticket for row in rows])
    for row in rows:
        SqlIndex().add(tx, int(str(row.ticket["number"])), PROPERTIES, row.passages)
    if taking_part := [row.participant for row in rows if row.participant is not None]:
        connection.execute(insert(ParticipantRow), taking_part)


def tickets(world: World, count: int, now: int) -> Iterator[Row]:
    """`count` tickets, oldest first, up to today."""
    for number in range(1, count + 1):
        yield _row(world, number, _facts(world, now - YEARS_MS + YEARS_MS * number // (count + 1), now))


def _facts(world: World, created: int, now: int) -> dict[str, object]:
    """Random but consistent properties of a ticket: status, times, assignee."""
    # Old tickets are solved, except a few.
    young = now - created < 30 * DAY_MS
    status = world.weighed({**STATUSES, "solved": 20}) if young else world.weighed({**STATUSES, "solved": 600})
    solved = status == "solved"
    changed = min(now, created + int(world.rng.expovariate(1 / (3 * DAY_MS))))
    given = solved or world.rng.random() < 0.7
    return {
        "status": status,
        "resolution": world.weighed(CODES) if solved else None,
        "workaround": "Order it again." if status == "fixed_pending_rca" else None,
        "assignee": world.some(world.staff)[0] if given else None,
        "created_at": created,
        "updated_at": changed,
        "waiting_since": created if status == "open" else None,
        "awaiting_since": changed if status == "awaiting_reply" else None,
        "solved_at": changed if solved else None,
        "closed_at": changed + 28 * DAY_MS if solved and not young else None,
        "reopen_until": changed + 28 * DAY_MS if solved else None,
        "flags": "" if solved else world.weighed(FLAGGED),
    }


def _row(world: World, number: int, facts: dict[str, object]) -> Row:
    rng = world.rng
    asked = world.some(world.accounts)[0]
    place = world.accounts.index(asked)
    email = f"person{place}@client{place % CLIENTS}.example"
    subject = " ".join(world.some(world.words, rng.randint(3, 8)))
    said = world.some(world.words, rng.randint(30, 250))
    ticket = {
        "number": number,
        "team": world.weighed(TEAMS),
        "product": world.weighed(PRODUCTS),
        "subject": subject,
        "client": world.clients[place % CLIENTS],
        "requester": asked,
        "requester_name": f"Person {place}",
        "requester_email": email,
        "requester_verified": True,
        "channel": world.weighed(CHANNELS),
        "solvings": 0,
        "version": 3,
        "last_seq": 0,
        "last_public_seq": 0,
        **facts,
    }
    words = words_of([subject, f"Person {place}", email, " ".join(said), world.shared])
    internal = words_of([" ".join(world.some(world.words, 10))]) if rng.random() < 0.4 else ""
    colleague = f"person{(place + CLIENTS) % ACCOUNTS}@client{place % CLIENTS}.example"
    participant = {"ticket": number, "email": colleague, "position": 0} if rng.random() < 0.1 else None
    return Row(ticket, [Passage(0, False, words), Passage(1, True, internal)], participant)


def _word(rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))


# -- the same desk in the first version's tables ---------------------------------------------


def seed_first_version(url: str, count: int) -> None:
    """Create a database at `url` with the tables of the program's first version, and with `count` tickets. Each ticket
    has a chat of a few messages."""
    migrate.upgrade(url, "0001")
    migrate.transact(url, partial(_fill_first_version, count=count))


def _fill_first_version(connection: Connection, *, count: int) -> None:
    world = World([f"u{number}" for number in range(STAFF)], random.Random(20_260_101))
    rows = tickets(world, count, system_clock())
    columns = (
        "number",
        "status",
        "resolution",
        "workaround",
        "team",
        "product",
        "subject",
        "requester",
        "requester_name",
        "requester_email",
        "requester_verified",
        "assignee",
        "channel",
        "created_at",
        "updated_at",
        "waiting_since",
        "solved_at",
        "closed_at",
        "reopen_until",
        "version",
    )
    names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    add_ticket = text(f"INSERT INTO tickets ({names}, chat) VALUES ({marks}, :chat)")
    while some := list(islice(rows, AT_A_TIME)):
        connection.execute(
            add_ticket,
            [{name: row.ticket[name] for name in columns} | {"chat": f"c{row.ticket['number']}"} for row in some],
        )
        connection.execute(_ADD_CHAT, [_chat(row) for row in some])
        connection.execute(_ADD_EVENT, [event for row in some for event in _events(row)])


_ADD_CHAT = text(
    "INSERT INTO chats (id, team, state, visitor, verified, started_at, queued_at, last_at, last_seq, last_public_seq,"
    " read_customer, read_staff, closed_at, closed_reason, ticket) VALUES (:id, :team, 'closed', :id, false, :at, :at,"
    f" :at, {EVENTS_A_CHAT}, {EVENTS_A_CHAT}, 0, 0, :at, 'closed', :ticket)"
)
_ADD_EVENT = text(
    "INSERT INTO events (chat, seq, public_prev, staff_only, at, body) VALUES (:chat, :seq, :before, false, :at, :body)"
)


def _chat(row: Row) -> dict[str, object]:
    number = row.ticket["number"]
    return {"id": f"c{number}", "team": row.ticket["team"], "at": row.ticket["created_at"], "ticket": number}


def _events(row: Row) -> Iterator[dict[str, object]]:
    words = row.passages[0].words.split()
    size = len(words) // EVENTS_A_CHAT + 1
    for seq in range(1, EVENTS_A_CHAT + 1):
        said = " ".join(words[(seq - 1) * size : seq * size])
        body = f'{{"type":"message","text":"{said}","files":[]}}'
        yield {
            "chat": f"c{row.ticket['number']}",
            "seq": seq,
            "before": seq - 1,
            "at": row.ticket["created_at"],
            "body": body,
        }
