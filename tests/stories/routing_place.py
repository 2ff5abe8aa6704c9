"""A desk of two teams with staff and customers, checked after every step.

No agent gets a chat without a free slot, everything shown is true, and a refusal changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack
from contextvars import ContextVar
from functools import partial
from typing import NamedTuple, TypeVar

from chat.adapters import archive
from chat.ports import Held
from clock import system_clock, zones
from routing.assign import Placement
from routing.ports import Floor
from server.live.desk import LiveDesk
from storage.ports import Tx
from tests.loop_floor import LoopFloor
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import WEEK
from tests.stories.routing_shown import faults_shown
from tests.stories.routing_truth import EMPTY, Store, Truth, faults_of, kept_from, place_of

T = TypeVar("T")

ZONE = "UTC"
HOURS = """\
timezone: UTC
defaults: {{wrap_up_s: {wrap_up_s}}}
schedules:
  media: {media_doors}
  prod: {prod_doors}
teams:
  media: {{name: Media, schedule: media, assign: {media_assign}, queue_max: 3, overflow: {{to: prod, after_s: 100}}}}
  prod: {{name: Prod, schedule: prod, assign: {prod_assign}, pass_on: true{retired}}}
"""
CUSTOMERS = 7


class Post(NamedTuple):
    """The teams and role of a person of staff."""

    teams: tuple[str, ...]
    capacity: int = 1
    role: str = "agent"

    def sees(self, team: str) -> bool:
        """Supervisors without teams work for all."""
        return not self.teams or team in self.teams


STAFF = (
    ("Ada", Post(("media",))),
    ("Bo", Post(("media", "prod"), 2)),
    ("Cy", Post(("prod",))),
    ("Sue", Post((), role="supervisor")),
)


class Person:
    """A person of staff with their token and connections."""

    def __init__(self, name: str, post: Post, id_: str, token: str) -> None:
        self.name, self.post, self.id, self.token = name, post, id_, token
        self.lines: list[Client] = []


class WatchedFloor(LoopFloor):
    """Reports each proposal."""

    def __init__(self, proposed: Callable[[Placement], None]) -> None:
        super().__init__()
        self._proposed = proposed

    async def propose(self, now: int, limit: int) -> list[Placement]:
        placements = await super().propose(now, limit)
        for placement in placements:
            self._proposed(placement)
        return placements


class RoutingPlace:
    """After each step the sweeps and the dispatcher have run. Then the store is compared with the rules, and the floor
    and the frames that people got with the store."""

    seen: Counter[str]
    """How often each thing has happened, on this desk and earlier ones."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.opened = AsyncExitStack()
        self.place: DeskInMemory
        self.hours: dict[str, str | int] = {
            "media_doors": doors("always", 0),
            "prod_doors": doors("always", 0),
            "media_assign": "auto",
            "prod_assign": "auto",
            "wrap_up_s": 45,
            "retired": "",
        }
        self.staff: list[Person] = []
        self.customers: list[list[Client]] = [[] for _ in range(CUSTOMERS)]
        self.tokens: list[str | None] = [None] * CUSTOMERS
        self.chats: list[str] = []
        self.owners: dict[str, int] = {}
        self.let_pass: defaultdict[str, set[str]] = defaultdict(set)
        self.store = Store()
        self.known = EMPTY
        """As of the last step."""
        self.resting: set[str] = set()
        self.away: set[str] = set()
        self.claimed: set[str] = set()
        """Chats that the dispatcher proposed since the last step."""
        self.wrong: list[str] = []
        self._tx = ContextVar[Tx]("tx")
        """The latest transaction of a task that locked chats."""

    def run(self, work: Coroutine[object, None, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        with self.runner:
            self.run(self.opened.aclose())

    # -- the desk and its people ------------------------------------------------------------------

    async def begin(self, assign: str, pass_s: int) -> None:
        """Open `pass_s` seconds after 01:00, with all staff available and some chats waiting."""
        self.hours["media_assign"] = assign
        at = system_clock() // 86_400_000 * 86_400_000 + 1000 * pass_s + 3_600_000
        self.place = await self.opened.enter_async_context(
            self.desk(HOURS.format(**self.hours), at, partial(WatchedFloor, self._proposed))
        )
        self.watch()
        for name, post in STAFF:
            await self.enrol(name, post)
        begun = []
        for number in range(6):
            client = await self.connect_customer(number)
            begun.append((client, "chat.start", {"team": "media" if number < 4 else "prod", "text": "Hello"}))
        await self.answers_to(tuple(begun))

    def desk(self, hours: str, at: int, floor: Callable[[], Floor]) -> AbstractAsyncContextManager[DeskInMemory]:
        return desk_in_memory(hours, at, floor=floor)

    async def enrol(self, name: str, post: Post) -> None:
        id_, token = await self.place.enrol(name, **post._asdict())
        person = Person(name, post, id_, token)
        self.staff.append(person)
        await self.connect_staff(person)
        await person.lines[0].ask("presence.set", status="available", capacity=post.capacity)

    async def connect_staff(self, person: Person) -> None:
        client = await self.place.staff(person.token)
        assert client.greeting["type"] == "ok", client.greeting
        person.lines.append(client)

    async def connect_customer(self, number: int) -> Client:
        email = {"email": f"customer{number}@client.example"} if number % 2 else {}
        client = await self.place.customer(self.tokens[number], **email)
        assert client.greeting["type"] == "ok", client.greeting
        self.tokens[number] = client.greeting["token"]
        self.customers[number].append(client)
        for chat in client.greeting["chats"]:
            await client.ask("chat.resume", chat=chat["chat"], after=0)
        return client

    def watch(self) -> None:
        """Check each placement inside its transaction, against the database at that moment."""
        for desk in self.place.desks:
            self._watch(desk)

    def _watch(self, desk: LiveDesk) -> None:
        hold_all = desk.handovers.hold_all

        def held(tx: Tx, chats: Collection[str]) -> AbstractContextManager[Mapping[str, Held]]:
            self._tx.set(tx)
            return hold_all(tx, chats)

        self._replace(desk.handovers, "hold_all", held)
        self._around(desk.handovers, "assign", lambda held, agent, *_: self._placed(held.chat.id, agent.id))
        self._around(desk.handovers, "offer", lambda held, staff, *_: self._placed(held.chat.id, staff))
        withdraw = desk.handovers.withdraw

        def withdrawn(tx: Tx, chat: str, staff: str, now: int, *, passed: bool) -> bool:
            done = withdraw(tx, chat, staff, now, passed=passed)
            if done and passed:
                self.let_pass[chat].add(staff)
                self.seen["let pass"] += 1
            return done

        self._replace(desk.handovers, "withdraw", withdrawn)

    def _around(self, of: object, name: str, look: Callable[..., None]) -> None:
        method = getattr(of, name)

        def looked_at(*arguments: object) -> object:
            look(*arguments)
            return method(*arguments)

        self._replace(of, name, looked_at)

    def _replace(self, of: object, name: str, by: Callable[..., object]) -> None:
        setattr(of, name, by)

    def _placed(self, chat: str, staff: str) -> None:
        """Check the free slot just before `chat` is assigned or offered to `staff`."""
        desk = self.place.desk
        truth = self.store.seats(self._tx.get(), desk.people, desk.teams.by_key, self.place.clock(), self._connected())
        row = truth.chats[chat]
        who = f"{row.id} to {self._name(staff)}"
        if not truth.serves(staff, row.team) or truth.free(staff) <= 0:
            self.wrong.append(f"no seat: {who}, who has {truth.seats_taken(staff)} of {truth.choices[staff]}")
        if staff in kept_from(row) or staff in self.let_pass[chat]:
            self.wrong.append(f"let pass before: {who}")

    def _proposed(self, placement: Placement) -> None:
        """Of the chats that the dispatcher knows of, the first that this agent can get is proposed."""
        desk = self.place.desk
        agent = desk.routing.floor.get(placement.staff)
        told = {chat.id: chat for chat in desk.open_chats.all()}
        place = place_of(told[placement.chat])
        for other in told.values():
            earlier = other.state == "queued" and place_of(other) < place and other.id not in self.claimed
            if earlier and agent is not None and agent.serves(other.team) and agent.staff not in other.kept_from:
                self.wrong.append(f"out of turn: {placement}, before {other.id}")
        self.claimed.add(placement.chat)

    def _read(self, tx: Tx) -> Truth:
        desk = self.place.desk
        return self.store.read(tx, desk.people, desk.teams.by_key, self.place.clock(), self._connected())

    def _connected(self) -> set[str]:
        """Also those whose answer to `hello` is still on its way: the desk may already place a chat with them."""
        return {client.peer.person for client in tuple(self.place.clients) if not client.peer.closed}

    def _name(self, staff: str) -> str:
        return next((person.name for person in self.staff if person.id == staff), staff)

    # -- after each step --------------------------------------------------------------------------

    async def settled(self, *, after_a_while: bool = True) -> None:
        """Run what is due, then check everything."""
        await self.place.settle(after_a_while=after_a_while)
        await self._check()
        self.claimed.clear()

    async def _check(self) -> None:
        desk = self.place.desk
        truth = await desk.storage.read(self._read)
        self._take_note(truth)
        staff = [(person.name, person.id, person.lines) for person in self.staff]
        customers = [client for clients in self.customers for client in clients]
        told = [fault for one in self.place.desks for fault in faults_shown(truth, one, staff, customers)]
        faults = [*self.place.faults, *self.wrong, *faults_of(truth), *told]
        assert not faults, "\n".join(faults)
        self.known = truth
        self.store.settle(truth)

    def _take_note(self, truth: Truth) -> None:
        for event in truth.fresh:
            self._happened(event, truth)
        offered = {(row.id, row.offered_to) for row in truth.chats.values() if row.state == "offered"}
        self.seen["offered"] += len(offered - {(row.id, row.offered_to) for row in self.known.chats.values()})
        resting = {row.id for row in truth.chats.values() if row.state == "active" and truth.rests(row)}
        self.seen["rests"] += len(resting - self.resting)
        self.resting = resting
        away = {choice.staff for choice in truth.choices.values() if choice.set_by == "system"}
        self.seen["away by the system"] += len(away - self.away)
        self.away = away

    def _happened(self, event: Frame, truth: Truth) -> None:
        kind, row = event["type"].removeprefix("chat."), truth.chats[event["chat"]]
        if kind == "assigned":
            self.seen[f"assigned {event['by']}"] += 1
        elif kind in ("queued", "closed"):
            self.seen[f"{kind} {event['reason']}"] += 1
        if kind == "closed" and row.agent is not None and row.closed_at is not None:
            wrap_up_ms = 1000 * truth.teams[row.team].wrap_up_s
            self.seen["wraps up"] += wrap_up_ms > 0
            if row.wrap_up_until != (row.closed_at + wrap_up_ms if wrap_up_ms else None):
                self.wrong.append(f"wraps up: {row.id}, over at {row.closed_at}, until {row.wrap_up_until}")

    # -- commands ---------------------------------------------------------------------------------

    def do(self, *asked: tuple[Client, str, Frame]) -> list[Frame]:
        """Send commands at once, then run what is due. If all are refused, nothing may have changed."""
        return self.run(self.answers_to(asked))

    async def answers_to(self, asked: tuple[tuple[Client, str, Frame], ...]) -> list[Frame]:
        before = self.known
        ids = [(client, client.send(type_, **fields)) for client, type_, fields in asked]
        answers = [await client.answer(id_) for client, id_ in ids]
        for (client, type_, fields), answer in zip(asked, answers, strict=True):
            self._count(client, type_, fields, answer)
        if all(answer["type"] == "error" for answer in answers):
            await self.place.quiet()
            after = await self.place.desk.storage.read(self._read)
            for chat, row in before.chats.items():
                assert archive.chat_of(after.chats[chat]) == archive.chat_of(row), f"refused, and moved: {answers}"
            assert not after.fresh, f"refused, and written: {answers}, {after.fresh}"
        await self.settled(after_a_while=False)
        return answers

    def _count(self, client: Client, type_: str, fields: Frame, answer: Frame) -> None:
        if answer["type"] == "error":
            assert answer["code"] not in ("unavailable", "bad_frame", "unknown_type", "unauthorized"), (type_, answer)
            assert answer.get("message"), answer
            self.seen[answer["code"]] += 1
            return
        to = ("team" if "team" in fields else "staff") if type_ == "chat.transfer" else ""
        self.seen[f"ok {type_} {to}".rstrip()] += 1
        if type_ == "chat.start":
            self.chats.append(answer["chat"])
            self.owners[answer["chat"]] = next(n for n, clients in enumerate(self.customers) if client in clients)
        elif type_ == "chat.decline":
            self.let_pass[fields["chat"]].add(client.peer.person)

    def chat(self, which: int, states: tuple[str, ...] = ()) -> str:
        """One of the chats in these states, or of all if there are none. 0 is the newest. Of active chats one whose
        agent is connected, unless 7."""
        rows = self.known.chats
        wanted = self.states(*states)
        here = [chat for chat in wanted if rows[chat].agent in self._connected()] if states == ("active",) else []
        among = (here if which < 7 else []) or wanted or self.chats
        return among[-1 - which % len(among)] if among else "no chat"

    def states(self, *states: str) -> list[str]:
        rows = self.known.chats
        return [chat for chat in self.chats if chat in rows and rows[chat].state in states]


def doors(kind: str, now: int) -> str:
    """A schedule: always open, never, or closing in ten minutes (or in an hour where the day ends before)."""
    if kind == "never":
        return "{}"
    until = "24:00"
    if kind == "closing":
        at = zones.local(now + 600_000, ZONE)
        until = at.strftime("%H:%M") if (at.hour, at.minute) != (0, 0) else "24:00"
    return "{" + ", ".join(f'{day}: ["00:00-{until}"]' for day in WEEK) + "}"
