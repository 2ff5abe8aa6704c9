"""Any commands, by anybody, in any order, with lines that break, clocks that jump, hours that change, people who are
disabled and servers that start again: what the desk does with chats and seats is right, and what it shows is true."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from chat.adapters import archive
from chat.conversation import Chat
from clock import zones
from identity.adapters.store import SqlStore
from identity.service import Identity
from routing.assign import Placement
from routing.ports import Floor
from storage.ports import Tx
from tests.contracts.test_queue import TWINS
from tests.running import Frame
from tests.stories.desk_in_memory import Client, DeskInMemory, folder_in_memory
from tests.stories.routing_truth import WAITING, Truth, faults_of, passed, read

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
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CUSTOMERS = 7


class Post(NamedTuple):
    """What somebody of staff is here."""

    teams: tuple[str, ...]
    capacity: int = 1
    role: str = "agent"


STAFF = (
    ("Ada", Post(("media",))),
    ("Bo", Post(("media", "prod"), 2)),
    ("Cy", Post(("prod",))),
    ("Sue", Post((), role="supervisor")),
)
MUST_OCCUR = (
    "ok chat.start",
    "ok chat.end",
    "ok chat.wait",
    "ok message.send",
    "ok presence.set",
    "ok chat.pick",
    "ok chat.accept",
    "ok chat.decline",
    "ok chat.transfer team",
    "ok chat.transfer staff",
    "ok chat.take",
    "ok chat.close",
    "conflict",
    "forbidden",
    "not_found",
    "team_closed",
    "queue_full",
    "chat_closed",
    "invalid",
    "already_chatting",
    "assigned dispatcher",
    "offered",
    "let pass",
    "queued agent_gone",
    "queued declined",
    "queued no_reply",
    "queued overflow",
    "queued transferred",
    "closed missed",
    "closed abandoned",
    "closed silent",
    "rests",
    "away by the system",
    "wraps up",
    "restart",
    "disabled",
    "an hour back",
    "hours changed",
    "at once",
)
STEPS_EACH = 80
EXAMPLES, OFTEN = 9, 3
"""Of the short form: so many examples, in which each must occur so often."""
EXAMPLES_AT_ONCE, OFTEN_IN_LONG = 16, 20
SOAK_S = 600
"""Of the long form likewise, as many times as there is time for."""
ANSWERED = ("close", "says", "transfer_to_team", "transfer_to_colleague", "agent_vanishes", "a_silence")
WAITED = ("pick", "at_once", "customer_leaves", "closing_time")
STEPS = tuple(
    name
    for name, weight in {
        "start": 4,
        "start_several": 2,
        "end": 2,
        "answer": 15,
        "close": 4,
        "says": 2,
        "pick": 2,
        "take": 4,
        "transfer_to_team": 5,
        "transfer_to_colleague": 13,
        "at_once": 4,
        "astray": 4,
        "choose": 2,
        "everybody_available": 4,
        "line": 2,
        "agent_vanishes": 2,
        "customer_leaves": 2,
        "time_passes": 3,
        "a_silence": 5,
        "closing_time": 4,
        "offers": 3,
        "hours_change": 1,
        "an_hour_back": 2,
        "disabled": 3,
        "restart": 3,
    }.items()
    for _ in range(weight)
)


class Person:
    """Somebody of staff: their proof, and their lines."""

    def __init__(self, name: str, post: Post, id_: str, token: str) -> None:
        self.name, self.post, self.id, self.token = name, post, id_, token
        self.lines: list[Client] = []


class RoutingMachine(RuleBasedStateMachine):
    """One desk and everybody around it. After each step the sweeps and the dispatcher have run, and the store is held
    against the rules, the floor and what people were told against the store."""

    twin: ClassVar[str]
    seen: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = folder_in_memory()
        self.hours: dict[str, str | int] = {
            "media_doors": doors("always", 0),
            "prod_doors": doors("always", 0),
            "media_assign": "auto",
            "prod_assign": "auto",
            "wrap_up_s": 45,
            "retired": "",
        }
        floor: Callable[[], Floor] = TWINS[self.twin]
        self.place = DeskInMemory(Path(self.folder.name), HOURS.format(**self.hours), floor)
        self.staff: list[Person] = []
        self.customers: list[list[Client]] = [[] for _ in range(CUSTOMERS)]
        self.tokens: list[str | None] = [None] * CUSTOMERS
        self.chats: list[str] = []
        self.owners: dict[str, int] = {}
        self.let_pass: defaultdict[str, set[str]] = defaultdict(set)
        self.wrapping: dict[str, tuple[str | None, int]] = {}
        """The chats that are over: whose seat they may still take, and until when."""
        self.last_event = 0
        self.known: Truth | None = None
        self.resting: set[str] = set()
        self.away: set[str] = set()
        self.claimed: set[str] = set()
        """Chats that the dispatcher tried to place since the last step."""
        self.wrong: list[str] = []

    def run(self, work: Coroutine[object, None, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            self.run(self.place.close())
        finally:
            self.place.end()
            self.runner.close()
            self.folder.cleanup()

    # -- the desk and its people ------------------------------------------------------------------

    @initialize(assign=st.sampled_from(("auto", "offer")), pass_s=st.sampled_from((0, 40_000)))
    def begin(self, assign: str, pass_s: int) -> None:
        self.run(self._begin(assign, pass_s))

    async def _begin(self, assign: str, pass_s: int) -> None:
        self.place.clock.at = self.place.clock.at // 86_400_000 * 86_400_000 + 1000 * pass_s + 3_600_000
        self.hours["media_assign"] = assign
        self.place.hours.write_text(HOURS.format(**self.hours))
        await self.place.open()
        self._watch()
        for name, post in STAFF:
            await self._enrol(name, post)
        begun = []
        for number in range(6):
            client = await self._connect_customer(number)
            begun.append((client, "chat.start", {"team": "media" if number < 4 else "prod", "text": "Hello"}))
        await self._do(tuple(begun))

    async def _enrol(self, name: str, post: Post) -> None:
        id_, token = await self.place.enrol(name, **post._asdict())
        person = Person(name, post, id_, token)
        self.staff.append(person)
        await self._connect_staff(person)
        await person.lines[0].ask("presence.set", status="available", capacity=post.capacity)

    async def _connect_staff(self, person: Person) -> None:
        client = await self.place.staff(person.token)
        assert client.greeting["type"] == "ok", client.greeting
        person.lines.append(client)

    async def _connect_customer(self, number: int) -> Client:
        email = {"email": f"customer{number}@client.example"} if number % 2 else {}
        client = await self.place.customer(self.tokens[number], **email)
        assert client.greeting["type"] == "ok", client.greeting
        self.tokens[number] = client.greeting["token"]
        self.customers[number].append(client)
        for chat in client.greeting["chats"]:
            await client.ask("chat.resume", chat=chat["chat"], after=0)
        return client

    def _watch(self) -> None:
        """What the dispatcher does is looked at inside its transaction, against the store as it is at that moment."""
        desk = self.place.desk
        self._around(desk.handovers, "assign", lambda tx, chat, agent, *_: self._placed(tx, chat, agent.id))
        self._around(desk.handovers, "offer", lambda tx, chat, staff, *_: self._placed(tx, chat, staff))
        propose = desk.routing._floor.propose

        async def proposed(now: int, limit: int) -> list[Placement]:
            placements = await propose(now, limit)
            for placement in placements:
                self._proposed(placement)
                self.claimed.add(placement.chat)
            return placements

        self._replace(desk.routing._floor, "propose", proposed)
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

        def looked_at(tx: Tx, *arguments: object) -> object:
            look(tx, *arguments)
            return method(tx, *arguments)

        self._replace(of, name, looked_at)

    def _replace(self, of: object, name: str, by: Callable[..., object]) -> None:
        setattr(of, name, by)

    def _placed(self, tx: Tx, chat: str, staff: str) -> None:
        """The dispatcher is about to give `chat` to `staff`, or to offer it."""
        truth = self._read(tx, logs=False)
        row = truth.chats[chat]
        who = f"{row.id} to {self._name(staff)}"
        if not truth.serves(staff, row.team) or truth.free(staff) <= 0:
            self.wrong.append(f"no seat: {who}, who has {truth.seats_taken(staff)} of {truth.choices[staff]}")
        if staff in passed(row) or staff in self.let_pass[chat]:
            self.wrong.append(f"let pass before: {who}")

    def _proposed(self, placement: Placement) -> None:
        """The dispatcher means to give a chat to somebody: by all that it was told, is it the first that they can
        get?"""
        desk = self.place.desk
        agent = desk.routing.agent(placement.staff)
        told = {chat.id: chat for chat in desk.reactions.open_chats()}
        place = placed(told[placement.chat])
        for other in told.values():
            earlier = other.state == "queued" and placed(other) < place and other.id not in self.claimed
            if earlier and agent is not None and agent.serves(other.team) and agent.staff not in other.passed:
                self.wrong.append(f"out of turn: {placement}, before {other.id}")

    def _read(self, tx: Tx, *, logs: bool = True) -> Truth:
        desk, now = self.place.desk, self.place.clock()
        connected = {one.id for one in self.staff if any(not line.peer.closed for line in one.lines)}
        truth = read(tx, desk.people, desk.teams, now, connected, logs=logs)
        for row in truth.chats.values():
            if row.closed_at is not None and row.id not in self.wrapping:
                wrap_up_ms = 1000 * desk.teams[row.team].wrap_up_s
                self.wrapping[row.id] = row.agent if wrap_up_ms else None, row.closed_at + wrap_up_ms
                self.seen["wraps up"] += bool(wrap_up_ms and row.agent)
        truth.wrapping_up.update(staff for staff, until in self.wrapping.values() if staff and until > now)
        return truth

    def _name(self, staff: str) -> str:
        return next((person.name for person in self.staff if person.id == staff), staff)

    # -- after each step --------------------------------------------------------------------------

    async def _step(self, *, after_a_while: bool = True) -> None:
        """Everything that follows has followed: now it is looked at."""
        await self.place.settle(after_a_while=after_a_while)
        await self._check()
        self.claimed.clear()

    async def _check(self) -> None:
        desk = self.place.desk
        truth = await desk.storage.read(self._read)
        now = self.place.clock()
        self.wrapping |= {chat: (None, 0) for chat, (_, until) in self.wrapping.items() if until <= now}
        self._take_note(truth)
        faults = [*self.place.faults, *self.wrong, *faults_of(truth), *self._shown(truth)]
        assert not faults, "\n".join(faults)
        self.known = truth

    def _take_note(self, truth: Truth) -> None:
        """What happened since the last step."""
        newest = self.last_event
        for log in truth.logs.values():
            for event in log:
                if event["row"] > self.last_event:
                    newest = max(newest, event["row"])
                    self._happened(event)
        self.last_event = newest
        offered = {(row.id, row.offered_to) for row in truth.chats.values() if row.state == "offered"}
        before = self.known.chats.values() if self.known is not None else ()
        self.seen["offered"] += len(offered - {(row.id, row.offered_to) for row in before})
        resting = {row.id for row in truth.chats.values() if row.state == "active" and truth.rests(row)}
        self.seen["rests"] += len(resting - self.resting)
        self.resting = resting
        away = {choice.staff for choice in truth.choices.values() if choice.set_by == "system"}
        self.seen["away by the system"] += len(away - self.away)
        self.away = away

    def _happened(self, event: Frame) -> None:
        kind = event["type"].removeprefix("chat.")
        if kind == "assigned":
            self.seen[f"assigned {event['by']}"] += 1
        elif kind in ("queued", "closed"):
            self.seen[f"{kind} {event['reason']}"] += 1

    def _shown(self, truth: Truth) -> list[str]:
        """Where the floor, or what somebody was told last, is not what the store says."""
        return [
            f"{what}: shown {shown!r}, true {true!r}"
            for what, shown, true in (*self._floor(truth), *self._told_staff(truth), *self._told_customers(truth))
            if shown != true
        ]

    def _floor(self, truth: Truth) -> list[tuple[str, object, object]]:
        routing = self.place.desk.routing
        found: list[tuple[str, object, object]] = []
        for team in truth.teams:
            found.append((f"the line of {team}", routing.line(team), [row.id for row in truth.line(team)]))
            found.append((f"who serves {team}", routing.serving(team), len(truth.serving(team))))
            free = sum(map(truth.free, truth.serving(team)))
            found.append((f"free seats of {team}", routing.free_seats(team), free))
        for person in self.staff:
            held = frozenset(truth.held(person.id))
            found.append((f"held by {person.name}", routing.held_by(person.id), held))
            agent = routing.agent(person.id)
            if person.id in truth.works_for:
                taken = agent.seats_taken if agent else None
                found.append((f"seats taken by {person.name}", taken, truth.seats_taken(person.id)))
                status = (agent.status, agent.capacity, agent.paused) if agent else None
                choice = truth.choices[person.id]
                found.append((f"the choice of {person.name}", status, (choice.status, choice.capacity, choice.paused)))
            else:
                found.append((f"{person.name}, who was disabled", agent, None))
        open_ = {row.id: archive.chat_of(row) for row in truth.chats.values() if row.state != "closed"}
        kept: dict[str, Chat] = {chat.id: chat for chat in self.place.desk.reactions.open_chats()}
        return [*found, ("the open chats", kept, open_)]

    def _told_staff(self, truth: Truth) -> list[tuple[str, object, object]]:
        found: list[tuple[str, object, object]] = []
        for person in self.staff:
            for client in [one for one in person.lines if one.line.closed is None]:
                told = client.last("queues") or client.greeting
                for queue in told["queues"]:
                    line = truth.line(queue["team"])
                    serving = truth.serving(queue["team"])
                    shown = [queue[name] for name in ("waiting", "available", "free_seats", "next")]
                    true = [len(line), len(serving), sum(map(truth.free, serving)), line[0].id if line else None]
                    found.append((f"the queue of {queue['team']} to {person.name}", shown, true))
        return found

    def _told_customers(self, truth: Truth) -> list[tuple[str, object, object]]:
        found: list[tuple[str, object, object]] = []
        for clients in self.customers:
            for client in clients:
                moved = client.last("queue.position")
                row = truth.chats[moved["chat"]] if moved is not None else None
                if moved is not None and row is not None and row.state in WAITING:
                    true = [one.id for one in truth.line(row.team)].index(row.id) + 1
                    found.append((f"the place of {row.id}", moved["position"], true))
        return found

    # -- commands ---------------------------------------------------------------------------------

    def do(self, *asked: tuple[Client, str, Frame]) -> list[Frame]:
        """Commands sent at once, then everything that follows. One alone that is refused has moved nothing."""
        return self.run(self._do(asked))

    async def _do(self, asked: tuple[tuple[Client, str, Frame], ...]) -> list[Frame]:
        before = self.known
        ids = [(client, client.send(type_, **fields)) for client, type_, fields in asked]
        answers = [await client.answer(id_) for client, id_ in ids]
        for (client, type_, fields), answer in zip(asked, answers, strict=True):
            self._count(client, type_, fields, answer)
        if all(answer["type"] == "error" for answer in answers) and before is not None:
            await self.place.quiet()
            after = await self.place.desk.storage.read(self._read)
            for chat, row in before.chats.items():
                assert archive.chat_of(after.chats[chat]) == archive.chat_of(row), f"refused, and moved: {answers}"
            assert after.logs == before.logs, f"refused, and written: {answers}"
        await self._step(after_a_while=False)
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
        """One of the chats in one of these states where there are any, else of all; the newest for 0."""
        rows = self.known.chats if self.known is not None else {}
        wanted = [chat for chat in self.chats if chat in rows and rows[chat].state in states] or self.chats
        return wanted[-1 - which % len(wanted)] if wanted else "no chat"

    def states(self, *states: str) -> list[str]:
        """The chats that are in one of these states."""
        rows = self.known.chats if self.known is not None else {}
        return [chat for chat in self.chats if chat in rows and rows[chat].state in states]

    @rule(what=st.sampled_from(STEPS), which=st.integers(0, 7), who=st.integers(0, 7), other=st.integers(0, 7))
    def step(self, what: str, which: int, who: int, other: int) -> None:
        """One of the steps; where there is no chat that it could be about, somebody starts one."""
        if what == "answer" and not self.states("offered"):
            what = "offers" if which % 2 else "says"
        if what in ANSWERED and not self.states("active"):
            what = "pick" if which % 2 else "everybody_available"
        if what in WAITED and not self.states(*WAITING):
            what = "start_several"
        getattr(self, what)(which, who, other)

    # -- customers ------------------------------------------------------------------------------------

    def start(self, which: int, who: int, other: int) -> None:
        client = self._customer(self._idle(which)[0])
        self.do(
            (client, "chat.start", {"team": ("media", "media", "prod")[who % 3], "text": "SO-448210 takes no dates"})
        )

    def start_several(self, which: int, who: int, other: int) -> None:
        clients = [self._customer(number) for number in self._idle(which)[:4]]
        team = "prod" if who == 7 else "media"
        self.do(*((client, "chat.start", {"team": team, "text": "Hello"}) for client in clients))

    def _idle(self, which: int) -> list[int]:
        """The customers, those first who have no open chat; but for 7."""
        chatting = {self.owners[chat] for chat in self.states("queued", "offered", "active")}
        numbers = [(which + number) % CUSTOMERS for number in range(CUSTOMERS)]
        return numbers if which == 7 else sorted(numbers, key=lambda number: number in chatting)

    def end(self, which: int, who: int, other: int) -> None:
        chat = self.chat(which, WAITING if who % 2 else ("active",))
        self.do((self._owner(chat), "chat.end", {"chat": chat}))

    def _customer(self, number: int) -> Client:
        clients = self.customers[number]
        return clients[0] if clients else self.run(self._connect_customer(number))

    def _owner(self, chat: str) -> Client:
        """A line of whoever's chat it is."""
        return self._customer(self.owners.get(chat, 0))

    # -- staff ----------------------------------------------------------------------------------------

    def answer(self, which: int, who: int, other: int) -> None:
        self._asks("chat.decline" if other % 2 else "chat.accept", self.chat(which, ("offered",)), who)

    def close(self, which: int, who: int, other: int) -> None:
        self._asks("chat.close", self.chat(which, ("active",)), who, status="solved", resolution="support_question")

    def says(self, which: int, who: int, other: int) -> None:
        chat = self.chat(which, ("active",))
        if other % 2:
            self.do((self._owner(chat), "message.send", {"chat": chat, "text": "Line 3"}))
        else:
            self._asks("message.send", chat, who, text="Which line is it?")

    def pick(self, which: int, who: int, other: int) -> None:
        self._somebody_asks("chat.pick", self.chat(which, WAITING), who)

    def take(self, which: int, who: int, other: int) -> None:
        chat = self.chat(which, ("active", "queued"))
        sue = next((one for one in self.staff if one.post.role == "supervisor" and one.lines), None)
        if sue is not None and who % 4:
            self.do((sue.lines[0], "chat.take", {"chat": chat}))
        else:
            self._somebody_asks("chat.take", chat, who)

    def transfer_to_team(self, which: int, who: int, other: int) -> None:
        team = ("media", "prod", "prod", "sales")[other % 4]
        self._asks("chat.transfer", self.chat(which, ("active",)), who, team=team, note="Knows the order")

    def transfer_to_colleague(self, which: int, who: int, other: int) -> None:
        chat = self.chat(which, ("active",))
        row = self.known.chats[chat] if self.known is not None else None
        if self.known is not None and row is not None and not self.known.eligible(row) and other:
            self.everybody_available(which, who, other)
            row = self.known.chats[chat]
        free = [one for one in self.staff if self.known and row and one.id in self.known.eligible(row)]
        among = free if free and other < 6 else self.staff
        self._asks("chat.transfer", chat, 1 + who % 7, staff=among[other % len(among)].id)

    def _asks(self, type_: str, chat: str, who: int, **fields: object) -> None:
        """By whoever has the chat or is asked to, seven times of eight."""
        row = self.known.chats.get(chat) if self.known is not None else None
        theirs = {row.agent, row.offered_to} if row is not None else set()
        present = [person for person in self.staff if person.lines]
        wanted = [person for person in present if who and person.id in theirs] or present
        if wanted:
            self.do((wanted[who % len(wanted)].lines[0], type_, {"chat": chat, **fields}))

    def _somebody_asks(self, type_: str, chat: str, who: int) -> None:
        present = [person for person in self.staff if person.lines]
        if present:
            self.do((present[who % len(present)].lines[0], type_, {"chat": chat}))

    def at_once(self, which: int, who: int, other: int) -> None:
        """All of the staff want the same of one chat, and perhaps its customer ends it."""
        chat, type_ = self.chat(which, WAITING), ("chat.pick", "chat.accept", "chat.take", "chat.decline")[who % 4]
        asked = [(one.lines[0], type_, {"chat": chat}) for one in self.staff if one.lines]
        ends = other < 3
        if ends:
            asked.insert(other, (self._owner(chat), "chat.end", {"chat": chat}))
        answers = self.do(*asked)
        self.seen["at once"] += 1
        if type_ != "chat.take":
            # A supervisor may take a chat from whoever has just taken it; of the others one at most is first.
            assert sum(answer["type"] == "ok" for answer in answers) <= 1 + ends, answers

    def astray(self, which: int, who: int, other: int) -> None:
        """What is asked of a chat that is over, or is not there, or is somebody else's, or of a team that is not."""
        over = self.chat(which, ("closed",)) if which else "no chat"
        live = self.chat(which, ("queued", "offered", "active"))
        present = [person for person in self.staff if person.lines]
        customer = self._customer(who % CUSTOMERS)
        anybody = present[who % len(present)].lines[0] if present else customer
        asked: tuple[Client, str, Frame]
        match other:
            case 0 | 1:
                asked = self._owner(over), "chat.end", {"chat": over}
            case 2:
                asked = customer, "chat.start", {"team": "sales", "text": "Hello"}
            case 3:
                asked = customer, "chat.wait", {"chat": live}
            case 4:
                asked = anybody, "message.send", {"chat": live, "text": "Not mine"}
            case 5 if present:
                asked = anybody, "chat.close", {"chat": live, "status": "open"}
            case 6 if present:
                asked = anybody, "presence.set", {"status": "available", "paused": ["sales"]}
            case _ if present:
                asked = anybody, "chat.take", {"chat": over}
            case _:
                asked = customer, "chat.end", {"chat": live}
        self.do(asked)

    # -- presence, lines, clocks, hours, servers ------------------------------------------------------

    def choose(self, which: int, who: int, other: int) -> None:
        present = [person for person in self.staff if person.lines]
        if present:
            status = ("away", "offline")[other] if other < 2 else "available"
            paused = ["media"] if which == 7 else []
            chosen = {"status": status, "capacity": (1, 2, 1, 0)[which % 4], "paused": paused}
            self.do((present[who % len(present)].lines[0], "presence.set", chosen))

    def everybody_available(self, which: int, who: int, other: int) -> None:
        for person in self.staff:
            if not person.lines:
                self.run(self._connect_staff(person))
        self.do(*((one.lines[0], "presence.set", {"status": "available", "paused": []}) for one in self.staff))

    def line(self, which: int, who: int, other: int) -> None:
        """Somebody comes, with a second device perhaps, or a line of theirs breaks."""
        if other % 2:
            person = self.staff[who % len(self.staff)]
            if which % 2 and len(person.lines) < 2:
                self.run(self._connect_staff(person))
            elif person.lines:
                self.run(self.place.cut(person.lines.pop()))
        else:
            clients = self.customers[who % CUSTOMERS]
            if which % 2 and len(clients) < 2:
                self.run(self._connect_customer(who % CUSTOMERS))
            elif clients:
                self.run(self.place.cut(clients.pop()))
        self.run(self._step())

    def agent_vanishes(self, which: int, who: int, other: int) -> None:
        row = self.known.chats[self.chat(which, ("active",))] if self.known is not None else None
        for person in self.staff:
            while row is not None and person.id == row.agent and person.lines:
                self.run(self.place.cut(person.lines.pop()))
        self._pass(61 if who % 4 else 59)

    def customer_leaves(self, which: int, who: int, other: int) -> None:
        clients = self.customers[self.owners[self.chat(which, WAITING)]]
        while clients:
            self.run(self.place.cut(clients.pop()))
        self._pass(121 if who % 4 else 119)

    def time_passes(self, which: int, who: int, other: int) -> None:
        self._pass((1, 31, 101, 200, 31, 101, 545, 7_300 if who == 7 else 905)[which])

    def _pass(self, seconds: int) -> None:
        self.place.clock.forward(seconds)
        self.run(self._step())

    def a_silence(self, which: int, who: int, other: int) -> None:
        """The agent has the last word, and time goes by."""
        self._asks("message.send", self.chat(which, ("active",)), 1, text="Which line is it?")
        self._pass(610)
        if other % 2:
            self._pass(295)

    def closing_time(self, which: int, who: int, other: int) -> None:
        """A team closes in ten minutes; who waits is asked, and chooses or does not; then it is closed."""
        chat = self.chat(which, WAITING)
        team = self.known.chats[chat].team if self.known is not None else "media"
        self.hours |= {f"{team}_doors": doors("closing", self.place.clock())}
        self.run(self._hours_change())
        if other % 2 == 0:
            in_line = [row.id for row in self.known.line(team)] if self.known is not None else []
            self.do(*((self._owner(one), "chat.wait", {"chat": one}) for one in in_line or [chat]))
        self._pass(601)
        if other > 5:
            self._pass(901)
        if other % 2:
            self.do((self._customer(who % CUSTOMERS), "chat.start", {"team": team, "text": "Hello"}))
        self.hours |= {f"{team}_doors": doors("always", 0)}
        self.run(self._hours_change())

    def offers(self, which: int, who: int, other: int) -> None:
        """Both teams ring from now on, or give."""
        self.hours |= {
            "media_assign": "offer" if which else "auto",
            "prod_assign": "offer" if which % 2 else "auto",
            "wrap_up_s": 45 if who else 0,
        }
        self.run(self._hours_change())

    def hours_change(self, which: int, who: int, other: int) -> None:
        kinds = ("always", "always", "closing", "never")
        self.hours |= {
            "media_doors": doors(kinds[which % 4], self.place.clock()),
            "prod_doors": doors(kinds[who % 4], self.place.clock()),
            "retired": ", retired: true, successor: media" if other == 0 else "",
        }
        self.run(self._hours_change())

    async def _hours_change(self) -> None:
        text = HOURS.format(**self.hours)
        if text != self.place.hours.read_text():
            await self.place.rewrite_hours(text)
            self.seen["hours changed"] += 1
        await self._step()

    def an_hour_back(self, which: int, who: int, other: int) -> None:
        self.seen["an hour back"] += 1
        self._pass(-3_600)

    def disabled(self, which: int, who: int, other: int) -> None:
        """Somebody is shut out, with a command under way; somebody else of the same teams comes."""
        self.run(self._disabled(self.staff[which % len(STAFF)]))

    def restart(self, which: int, who: int, other: int) -> None:
        """The server is gone, for however long, and is there again; most come back at once."""
        self.run(self._restart((0, 0, 61, 4_000)[which % 4]))

    async def _disabled(self, person: Person) -> None:
        email = f"{person.name.lower()}@desk.example"
        identity = Identity(SqlStore())
        await self.place.desk.storage.write(lambda tx: identity.disable(tx, email, self.place.clock()))
        self.seen["disabled"] += 1
        if person.lines:
            client = person.lines[0]
            # Whoever is shut out may have a command under way.
            await client.ask("presence.set", status="available")
        await self._step()
        assert all(line.line.closed == 4010 for line in person.lines), "their lines are closed"
        person.lines.clear()
        self.staff.remove(person)
        await self._enrol(f"{person.name}-2", person.post)
        await self._step()

    async def _restart(self, away_s: int) -> None:
        await self.place.close()
        for person in self.staff:
            person.lines.clear()
        for clients in self.customers:
            clients.clear()
        self.wrapping = dict.fromkeys(self.wrapping, (None, 0))
        self.place.clock.forward(away_s)
        await self.place.open()
        self._watch()
        self.seen["restart"] += 1
        await self._step()
        for person in self.staff[1:]:
            await self._connect_staff(person)
        for customer in range(3):
            await self._connect_customer(customer)
        await self._step()


def placed(chat: Chat) -> tuple[int, int, str]:
    """What queues are ordered by."""
    return chat.priority, chat.queued_at, chat.id


def doors(kind: str, now: int) -> str:
    """A schedule: always open, never, or closing in ten minutes (or in an hour where the day ends before)."""
    if kind == "never":
        return "{}"
    until = "24:00"
    if kind == "closing":
        at = zones.local(now + 600_000, ZONE)
        until = at.strftime("%H:%M") if (at.hour, at.minute) != (0, 0) else "24:00"
    return "{" + ", ".join(f'{day}: ["00:00-{until}"]' for day in WEEK) + "}"


@pytest.mark.parametrize("twin", TWINS)
def test_any_commands_in_any_order(twin: str, said: Callable[[object], None]) -> None:
    """Nobody is placed without a free seat, out of turn, or with who let them pass; nobody waits while a seat is free
    for them; each chat has one agent, a log that tells how it came to stand as it stands, and one ticket once it is
    over; every figure shown is true; a refusal moves nothing."""
    machine = machine_on(twin)
    run(machine, settings(max_examples=EXAMPLES, derandomize=True, database=None))
    enough(machine, said, OFTEN)


@pytest.mark.soak
@pytest.mark.parametrize("twin", TWINS)
def test_any_commands_in_any_order_for_ten_minutes(twin: str, said: Callable[[object], None]) -> None:
    """The same, over other commands each time."""
    machine, until = machine_on(twin), time.monotonic() + SOAK_S
    while time.monotonic() < until:
        run(machine, settings(max_examples=EXAMPLES_AT_ONCE, database=None))
    enough(machine, said, OFTEN_IN_LONG)


def machine_on(twin_of_the_floor: str) -> type[RoutingMachine]:
    class Machine(RoutingMachine):
        pass

    Machine.twin, Machine.seen = twin_of_the_floor, Counter()
    return Machine


def run(machine: type[RoutingMachine], how: settings) -> None:
    # The machine is shared, and a step is a good deal of work: how long one takes says nothing.
    unhurried = settings(how, deadline=None, stateful_step_count=STEPS_EACH, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=unhurried)


def enough(machine: type[RoutingMachine], said: Callable[[object], None], often: int) -> None:
    """It has shown something only of what it saw `often`."""
    said(dict(machine.seen.most_common()))
    rare = {what: machine.seen[what] for what in MUST_OCCUR if machine.seen[what] < often}
    assert not rare, f"not often enough to show anything: {rare}"
