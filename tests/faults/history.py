"""What clients saw, held against what the store holds.

Each client keeps a history: what it sent, what was acknowledged, every frame with a place in a chat's log in the
order in which it came. `faults_of` gives everything that is not as promised; an empty list is a pass.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chat.events import Logged

Frame = dict[str, Any]


@dataclass
class History:
    """One person's side of the story, over all their connections."""

    person: str
    staff: bool
    sent: dict[str, str] = field(default_factory=dict)
    """Command id → the text that was sent with it first."""
    acknowledged: dict[str, Frame] = field(default_factory=dict)
    connections: list[list[Frame]] = field(default_factory=list)
    """The frames with a `seq`, a list for each connection."""
    resumed: list[dict[str, int]] = field(default_factory=list)
    """From where each chat was resumed, a dictionary for each connection."""

    def shown(self, chat: str) -> list[int]:
        """The places in the log as this person's screen went through them."""
        return [frame["seq"] for frames in self.connections for frame in frames if frame["chat"] == chat]


@dataclass(frozen=True)
class Stored:
    """What the store holds at the end: the logs, and the tickets of each chat."""

    logs: dict[str, Sequence[Logged]]
    tickets: dict[str, list[int]]
    closed: frozenset[str]


def faults_of(histories: Iterable[History], stored: Stored) -> list[str]:
    """Everything that is not as promised, a sentence each."""
    faults = [*_logs(stored), *_tickets(stored)]
    by_command: dict[tuple[str | None, str | None], Logged] = {
        (event.person, event.command): event for log in stored.logs.values() for event in log if event.command
    }
    for history in histories:
        faults += _acknowledged(history, by_command)
        faults += _shown(history, stored)
    return faults


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


def _acknowledged(history: History, by_command: dict[tuple[str | None, str | None], Logged]) -> Iterable[str]:
    for id_, answer in history.acknowledged.items():
        event = by_command.get((history.person, id_))
        if event is None:
            yield f"{history.person}: {id_} was acknowledged and is lost"
        elif (answer["chat"], answer["seq"]) != (event.chat, event.seq):
            yield f"{history.person}: {id_} was acknowledged at {answer['seq']} and lies at {event.seq}"
        elif (text := json.loads(event.body).get("text")) is not None and text != history.sent[id_]:
            yield f"{history.person}: {id_} holds another text than the first one sent"


def _shown(history: History, stored: Stored) -> Iterable[str]:
    last: dict[str, int] = defaultdict(int)
    for frames, resumed in zip(history.connections, history.resumed, strict=True):
        last.update(resumed)
        for frame in frames:
            chat, seq = frame["chat"], frame["seq"]
            if seq <= last[chat]:
                yield f"{history.person}: {chat} {seq} came after {last[chat]}"
            if "prev" in frame and frame["prev"] != last[chat]:
                yield f"{history.person}: {chat} {seq} says that {frame['prev']} came before, it was {last[chat]}"
            last[chat] = max(last[chat], seq)
    for chat, log in stored.logs.items():
        seen = history.shown(chat)
        if not seen:
            continue
        mine = [event.seq for event in log if history.staff or not event.staff_only]
        twice = [seq for seq, count in Counter(seen).items() if count > 1]
        if twice:
            yield f"{history.person}: {chat} showed {twice} twice"
        missing = set(mine) - set(seen)
        if missing:
            yield f"{history.person}: {chat} never showed {sorted(missing)}"
        hidden = set(seen) - set(mine)
        if hidden:
            yield f"{history.person}: {chat} showed {sorted(hidden)}, which are not theirs to see"
