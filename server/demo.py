"""`switchboard demo`: a desk to try, with sample people and tickets, for this machine alone.

It is kept in a folder of its own, always on SQLite, whatever the settings say of the real desk:
its people's password is no secret. The sample is made whole or not at all, and only once.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from uuid_utils import uuid7

import server.app
from chat.adapters.journal import TransactionalJournal
from chat.adapters.journal_sqlite import SqliteJournal
from chat.frames import ChatClose, ChatEnd, ChatStart, MessageSend, NoteAdd
from chat.numbering import Append
from chat.ports import Committed, Stamp
from chat.service import Conversations, Surroundings, note, send
from clock import Clock, system_clock
from identity.actor import Actor
from identity.adapters.people import People
from routing.adapters import store
from routing.adapters.hours_file import load as load_hours
from server.abouts import Abouts
from server.sample import CHATS, HOURS, PASSWORD, PEOPLE, REQUESTS, Line, SampleChat, SampleRequest
from server.settings import Settings, load
from server.tickets import StoriesOfChats, TicketsOfChats
from storage.migrate import upgrade
from storage.opening import open_storage
from storage.ports import Lane, Storage, Tx
from ticketing.adapters.store import SqlStore
from ticketing.rules import Opening
from ticketing.service import Tickets
from ticketing.ticket import Requester

MINUTE_MS = 60_000


def settings() -> Settings:
    """The demo's settings: what the environment says, but for what could touch a real desk. Raises SettingsFaults."""
    # Only to know where data are kept: given a secret, none is made there.
    real = load(secret=secrets.token_urlsafe(32), database_url=None)
    data = real.data / "demo"
    found = load(data=data, hours=data / "hours.yaml", database_url=None, redis_url=None, smtp_url=None)
    found.hours.write_text(HOURS, encoding="utf-8")
    found.demo = True
    return found


def prepare(settings: Settings, clock: Clock = system_clock) -> None:
    """Make the sample, where there is none yet. What was half made when somebody stopped it is made anew."""
    database = settings.data / "switchboard.db"
    if database.exists():
        return
    draft = settings.data / "sample.db"
    for left_over in settings.data.glob("sample.db*"):
        left_over.unlink()
    upgrade(f"sqlite:///{draft}")
    asyncio.run(_make(draft, settings, clock))
    os.replace(draft, database)


def create_app(settings: Settings) -> Starlette:
    """The whole program; its sign-in page offers the sample people."""
    app = server.app.create_app(settings)
    opened = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Any]:
        async with opened(app) as state:
            app.state.desk.demo_people = [
                {"name": person.name, "email": person.email, "role": _role(person.role, person.teams)}
                for person in PEOPLE
            ]
            app.state.desk.demo_password = PASSWORD
            yield state

    app.router.lifespan_context = lifespan
    return app


def welcome(settings: Settings) -> str:
    """What the terminal says once the demo answers."""
    at = settings.base_url
    agents = [person for person in PEOPLE if person.role == "agent"]
    return "\n".join(
        (
            "",
            "  Switchboard, the demo: sample people, always open, for this machine alone.",
            "",
            f"  The customer's page   {at}/demo      (the Chat button is at the bottom right)",
            f"  The agents' console   {at}/console",
            f"  The tickets           {at}/tickets",
            "",
            f"  Sign in as {agents[0].email} ({agents[0].name}: {', '.join(agents[0].teams)})",
            f"  or anybody else whom the sign-in page offers. The password of all: {PASSWORD}",
            "",
            f"  Everything is kept in {settings.data}. Ctrl C stops it.",
            "",
        )
    )


def _role(role: str, teams: Sequence[str]) -> str:
    return f"{role} of {', '.join(teams) or 'all teams'}"


# -- the sample, made by the real services ---------------------------------------------


@dataclass(frozen=True, slots=True)
class _Makers:
    """The services that everything goes through, and who is on the staff, by first name."""

    storage: Storage
    people: People
    tickets: Tickets
    conversations: Conversations
    messages: _Messages
    staff: dict[str, Actor]


class _Messages:
    """Messages with a time of their own, through the journal's lane."""

    def __init__(self, storage: Storage) -> None:
        journal = SqliteJournal(lambda team: 900_000)
        self._lane: Lane[Append] = storage.lane(journal.apply, self._delivered)
        self._stored: asyncio.Future[None] | None = None

    async def store(self, append: Append) -> None:
        self._stored = asyncio.get_running_loop().create_future()
        self._lane.submit(append)
        await self._stored

    def _delivered(self, appends: Sequence[Append], outcomes: Sequence[Any] | Exception) -> None:
        assert self._stored is not None
        failed = outcomes if isinstance(outcomes, Exception) else outcomes[0]
        if isinstance(failed, Exception):
            self._stored.set_exception(failed)
        else:
            self._stored.set_result(None)


async def _make(database: Path, settings: Settings, clock: Clock) -> None:
    storage = await open_storage(f"sqlite:///{database}")
    people = People(storage, clock, settings.secret_bytes())
    teams = load_hours(settings.hours).teams
    tickets = Tickets(SqlStore(), people, StoriesOfChats(), lambda: teams, settings.brand_name)
    conversations = Conversations(
        TransactionalJournal(_nobody_listens, Abouts(people).of), TicketsOfChats(tickets, clock)
    )
    try:
        password_hash = await people.passwords.hashed(PASSWORD)
        staff = await storage.write(lambda tx: _add_people(tx, people, list(teams), password_hash, clock()))
        makers = _Makers(storage, people, tickets, conversations, _Messages(storage), staff)
        samples: list[SampleChat | SampleRequest] = [*CHATS, *REQUESTS]
        for sample in sorted(samples, key=lambda sample: -sample.minutes_ago):
            at = clock() - sample.minutes_ago * MINUTE_MS
            if isinstance(sample, SampleChat):
                await _make_chat(makers, sample, at)
            else:
                await storage.write(partial(_make_request, makers=makers, request=sample, at=at))
    finally:
        people.close()
        await storage.close()


def _nobody_listens(news: Committed) -> None:
    """Nobody is connected while the sample is made."""


def _add_people(tx: Tx, people: People, teams: Sequence[str], password_hash: str, now: int) -> dict[str, Actor]:
    staff: dict[str, Actor] = {}
    for person in PEOPLE:
        actor = people.identity.add_user(
            tx, email=person.email, name=person.name, role=person.role, teams=person.teams, known_teams=teams,
            now=now, password_hash=password_hash,
        )  # fmt: skip
        store.enrol(tx, actor.id, now)
        store.set_presence(tx, actor.id, person.status, person.reason, None, None, now)
        staff[person.first_name] = actor
    return staff


async def _make_chat(makers: _Makers, chat: SampleChat, at: int) -> None:
    customer = Actor(kind="customer", id=_id(), name=chat.name, email=chat.email)
    around = Surroundings(
        page="https://planner.northlake.example/orders", locale=chat.locale, timezone=chat.timezone,
        user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/131.0",
    )  # fmt: skip
    start = ChatStart(id=_id(), team=chat.team, text=chat.lines[0].text, product=chat.product, subject=chat.subject)

    def begin(tx: Tx) -> str:
        makers.people.keep_visitor(tx, customer, at)
        stamp = Stamp(customer.id, start.id)
        return makers.conversations.start(tx, start, customer, around, _id, at, stamp).chat

    id_ = await makers.storage.write(begin)
    now = at + chat.waited_s * 1000
    if chat.agent is None:
        await makers.storage.write(lambda tx: makers.conversations.abandon(tx, id_, now))
        return
    agent = makers.staff[chat.agent]
    await makers.storage.write(lambda tx: makers.conversations.assign(tx, id_, agent, "dispatcher", now))
    for line in chat.lines[1:]:
        now += line.after_s * 1000
        await makers.messages.store(_append(id_, line, customer, agent, now))
    ended = now + 30_000
    await makers.storage.write(lambda tx: _end(tx, makers.conversations, chat, id_, customer, agent, ended))


def _append(chat: str, line: Line, customer: Actor, agent: Actor, now: int) -> Append:
    if line.by == "note":
        return note(NoteAdd(id=_id(), chat=chat, text=line.text), agent, now, None)
    writer = customer if line.by == "customer" else agent
    return send(MessageSend(id=_id(), chat=chat, text=line.text), writer, now, None)


def _end(
    tx: Tx, conversations: Conversations, chat: SampleChat, id_: str, customer: Actor, agent: Actor, now: int
) -> None:
    if chat.status is None:
        conversations.end(tx, ChatEnd(id=_id(), chat=id_), customer, now, Stamp(customer.id, _id()))
        return
    close = ChatClose(
        id=_id(), chat=id_, status=chat.status, resolution=chat.resolution, workaround=chat.workaround,
        with_=chat.with_, product=chat.product,
    )  # fmt: skip
    conversations.close(tx, close, agent, now, Stamp(agent.id, _id()))


def _make_request(tx: Tx, *, makers: _Makers, request: SampleRequest, at: int) -> None:
    visitor = Actor(kind="customer", id=_id(), name=request.name, email=request.email)
    makers.people.keep_visitor(tx, visitor, at)
    requester = Requester(visitor.id, request.name, request.email)
    makers.tickets.open(
        tx,
        Opening(
            channel=request.channel, team=request.team, requester=requester, by=visitor, at=at, created_at=at,
            product=request.product, subject=request.subject,
        ),
    )  # fmt: skip


def _id() -> str:
    return str(uuid7())
