"""Compares what clients saw with what the store holds.

A client's history has what it sent, what was acknowledged, and every frame with a `seq`, in order of arrival.
`faults_of` lists each broken promise. An empty list is a pass.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from sqlmodel import select

from chat.adapters import archive, connected
from chat.adapters.tables import ChatRow, EventRow
from chat.events import Logged
from clock import system_clock
from mail.adapters.tables import LetterRow
from routing.adapters.tables import AgentRow
from storage.leases import now_of
from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

Frame = dict[str, Any]


@dataclass
class History:
    """What one person sent and saw, over all their connections."""

    person: str
    staff: bool
    sent: dict[str, str] = field(default_factory=dict)
    """Command id → its first text."""
    acknowledged: dict[str, Frame] = field(default_factory=dict)
    """Command id → its `ok`, or its own event in a replay, which counts as well."""
    answers: dict[str, list[Frame]] = field(default_factory=lambda: defaultdict(list))
    """Command id → every `ok` to it, without `dup`."""
    connections: list[list[Frame]] = field(default_factory=list)
    """The frames with a `seq`, a list for each connection."""
    resumed: list[dict[str, int]] = field(default_factory=list)
    """Chat → the `seq` that it was resumed after, a dictionary for each connection."""
    connected: bool | None = None
    """Whether they are connected now. None if that does not matter."""
    fresh: Counter[str] = field(default_factory=Counter)
    """Command id → how many answers to it had no `dup`."""
    overtaking: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Command id → other texts that a request sent before an answer came. Any of them may have been stored first."""

    def shown(self, chat: str) -> list[int]:
        return [frame["seq"] for frames in self.connections for frame in frames if frame["chat"] == chat]


@dataclass(frozen=True)
class Stored:
    """The final state of the store."""

    logs: dict[str, Sequence[Logged]]
    tickets: dict[str, list[int]]
    closed: frozenset[str]
    parties: dict[str, frozenset[str]] = field(default_factory=dict)
    """Chat → its customer and agent, who must have seen all of it."""
    capacities: dict[str, int] = field(default_factory=dict)
    """Agent → the most chats that they take at once."""
    order: dict[tuple[str, int], int] = field(default_factory=dict)
    """The place of each event among all, by chat and `seq`. Times do not tell it if clocks are set."""
    connected: frozenset[str] = frozenset()
    """The people who are connected to some process, as the processes have stored it."""
    leaders: int = 1
    """The number of processes that lead the desk."""
    letters: Sequence[tuple[object, ...]] = ()
    """For each letter, what no two letters have in common."""


def read_stored(tx: Tx) -> Stored:
    chats = tx.session.exec(select(ChatRow)).all()
    tickets: dict[str, list[int]] = defaultdict(list)
    for number, chat in tx.session.exec(select(TicketRow.number, TicketRow.chat)):
        if number is not None and chat is not None:
            tickets[chat].append(number)
    return Stored(
        {chat.id: archive.after(tx, chat.id, 0, 1_000_000) for chat in chats},
        tickets,
        frozenset(chat.id for chat in chats if chat.state == "closed"),
        {chat.id: frozenset(filter(None, (chat.customer, chat.agent))) for chat in chats},
        dict(tx.session.exec(select(AgentRow.staff, AgentRow.capacity)).all()),
        order={
            (chat, seq): id_ or 0
            for id_, chat, seq in tx.session.exec(select(EventRow.id, EventRow.chat, EventRow.seq))
        },
        letters=tx.session.exec(select(LetterRow.kind, LetterRow.to_address, LetterRow.ticket, LetterRow.seq)).all(),
    )


def read_connected(tx: Tx) -> frozenset[str]:
    """Those who are connected to a process whose lease has not ended."""
    living = connected.living(tx, now_of(tx, system_clock), besides="")
    return frozenset(row.id for row in connected.of_processes(tx, living))


def faults_of(histories: Iterable[History], stored: Stored) -> list[str]:
    """Each broken promise as a sentence."""
    faults = [*_logs(stored), *_tickets(stored), *_seats(stored), *_letters(stored)]
    for history in histories:
        written = _written_by(history.person, stored)
        faults += _sent(history, written)
        faults += _acknowledged(history, written)
        faults += _shown(history, stored)
        faults += _missing(history, stored)
        faults += _presence(history, stored)
    if stored.leaders > 1:
        faults.append(f"{stored.leaders} processes lead")
    return faults


def _written_by(person: str, stored: Stored) -> dict[str, Logged]:
    written: dict[str, Logged] = {}
    for log in stored.logs.values():
        for event in log:
            if event.person == person and event.command is not None:
                written.setdefault(event.command, event)
    return written


def _logs(stored: Stored) -> Iterable[str]:
    commands = Counter((e.person, e.command) for log in stored.logs.values() for e in log if e.command)
    yield from (f"stored {count} times: {command}" for command, count in commands.items() if count > 1)
    for chat, log in stored.logs.items():
        if [event.seq for event in log] != list(range(1, len(log) + 1)):
            yield f"{chat}: the log has holes: {[event.seq for event in log]}"
        public = 0
        for event in log:
            if event.public_prev != public:
                yield f"{chat}: {event.seq} names {event.public_prev} as the one before, it was {public}"
            public = public if event.staff_only else event.seq


def _tickets(stored: Stored) -> Iterable[str]:
    for chat in stored.logs:
        expected = 1 if chat in stored.closed else 0
        if len(stored.tickets.get(chat, [])) != expected:
            yield f"{chat}: {len(stored.tickets.get(chat, []))} tickets where there should be {expected}"


def _seats(stored: Stored) -> Iterable[str]:
    """A chat has one agent at a time, and an agent no more chats at once than they take."""
    steps: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    """Agent → when they got a chat (1) or lost one (-1)."""
    for chat, log in stored.logs.items():
        agent: str | None = None
        for event in log:
            body, place = json.loads(event.body), stored.order.get((chat, event.seq), 0)
            if body.get("type") == "chat.assigned":
                if agent is not None:
                    yield f"{chat}: {event.seq} gives it to {body['staff']['id']}, and {agent} still has it"
                agent = str(body["staff"]["id"])
                steps[agent].append((place, event.at, 1))
            elif agent is not None and (body.get("type") == "chat.closed" or _leaves(body, agent)):
                steps[agent].append((place, event.at, -1))
                agent = None
    for agent, theirs in steps.items():
        # Of one moment, what ends comes first.
        most = max(accumulate(step for *_, step in sorted(theirs)))
        if most > stored.capacities.get(agent, most):
            yield f"{agent} had {most} chats at once, and takes {stored.capacities[agent]}"


def _leaves(body: Frame, agent: str) -> bool:
    return bool(body.get("type") == "chat.left" and body["who"]["id"] == agent)


def _letters(stored: Stored) -> Iterable[str]:
    yield from (f"{count} letters are {letter}" for letter, count in Counter(stored.letters).items() if count > 1)


def _sent(history: History, written: dict[str, Logged]) -> Iterable[str]:
    for id_, event in written.items():
        text = _text_of(event)
        if id_ not in history.sent:
            yield f"{history.person}: {id_} is stored, and was never sent"
        elif text is not None and text not in {history.sent[id_], *history.overtaking.get(id_, ())}:
            yield f"{history.person}: {id_} holds another text than the first one sent"


def _acknowledged(history: History, written: dict[str, Logged]) -> Iterable[str]:
    for id_, answer in history.acknowledged.items():
        event = written.get(id_)
        if event is None:
            yield f"{history.person}: {id_} was acknowledged and is lost"
        elif (answer["chat"], answer["seq"]) != (event.chat, event.seq):
            yield f"{history.person}: {id_} was acknowledged at {answer['seq']} and lies at {event.seq}"
    for id_, answers in history.answers.items():
        if any(answer != answers[0] for answer in answers):
            yield f"{history.person}: {id_} was not always answered alike: {answers}"
        if history.fresh[id_] > 1:
            yield f"{history.person}: {id_} was answered {history.fresh[id_]} times as if it were new"


def _shown(history: History, stored: Stored) -> Iterable[str]:
    last: dict[str, int] = defaultdict(int)
    seen: set[tuple[str, int]] = set()
    for frames, resumed in zip(history.connections, history.resumed, strict=True):
        last.update(resumed)
        for frame in frames:
            chat, seq = frame["chat"], frame["seq"]
            fault = "showed it twice" if (chat, seq) in seen else _misplaced(frame, last[chat], history, stored)
            if fault is not None:
                yield f"{history.person}: {chat} {seq}: {fault}"
            seen.add((chat, seq))
            if fault != _NOT_THEIRS:
                last[chat] = max(last[chat], seq)


_NOT_THEIRS = "a note, not theirs to see"


def _misplaced(frame: Frame, last: int, history: History, stored: Stored) -> str | None:
    """The fault of a frame that a client saw for the first time after `last`, or None."""
    seq = frame["seq"]
    log = stored.logs.get(frame["chat"], [])
    event = log[seq - 1] if seq <= len(log) else None
    if event is None:
        # A lost acknowledged command is already reported.
        return None if frame.get("id") in history.acknowledged else "showed what nobody stored"
    if event.staff_only and not history.staff:
        return _NOT_THEIRS
    if seq <= last:
        return f"came after {last}"
    text = _text_of(event)
    if text is not None and frame.get("text", text) != text:
        return f"showed {frame['text']!r}, where {text!r} is stored"
    if frame.get("prev", last) != last:
        return f"says that {frame['prev']} came before, it was {last}"
    return None


def _text_of(event: Logged) -> str | None:
    text: str | None = json.loads(event.body).get("text")
    return text


def _presence(history: History, stored: Stored) -> Iterable[str]:
    if history.connected is not None and history.connected != (history.person in stored.connected):
        is_, counts = ("is", "gone") if history.connected else ("is not", "connected")
        yield f"{history.person} {is_} connected, and counts as {counts}"


def _missing(history: History, stored: Stored) -> Iterable[str]:
    for chat, log in stored.logs.items():
        seen = set(history.shown(chat))
        if not seen and history.person not in stored.parties.get(chat, ()):
            continue
        until = _until(history, stored, chat)
        theirs = (event for event in log[:until] if history.staff or not event.staff_only)
        missing = {event.seq for event in theirs} - seen
        if missing:
            yield f"{history.person}: {chat} never showed {sorted(missing)}"


def _until(history: History, stored: Stored, chat: str) -> int | None:
    """The last event of a chat that an agent must have seen who has it no longer. None if they must have seen all."""
    if not history.staff or history.person in stored.parties.get(chat, (history.person,)):
        return None
    log = stored.logs[chat]
    left = [event.seq for event in log if _leaves(json.loads(event.body), history.person)]
    return left[-1] if left else None
