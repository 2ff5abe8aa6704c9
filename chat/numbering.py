"""Assigns `seq` numbers to a batch of messages and notes, and decides which of them are refused. Pure.

The journals for SQLite and PostgreSQL read the heads of the chats, call `number` inside their transaction, and write
the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from chat.conversation import Chat, Clocks, State, check, clocks_after_message
from chat.errors import NotFound
from chat.events import Logged
from chat.size import SIZE_MAX, size_of, too_long
from identity.actor import Actor
from refusals import Refused


class Append(msgspec.Struct, gc=False, frozen=True):
    """A message or note to store. The answer goes to `origin`, which is opaque here."""

    chat: str
    actor: Actor
    command: str
    note: bool
    moment: int
    at: str
    body: str
    whisper_body: str | None
    """The body to store if a supervisor who is not the chat's agent wrote the note."""
    origin: Any


class Head(msgspec.Struct, gc=False):
    """The state of a chat, as the journal read it. The function `number` updates the fields."""

    chat: str
    team: str
    state: State
    customer: str
    agent: str | None
    ticket: int | None
    last_seq: int
    last_public_seq: int
    last_at: int
    reply_owed_since: int | None
    first_reply_at: int | None
    silent_due_at: int | None
    agent_reply_at: int | None
    last_event: int | None
    """The id of the last event's row, for the journal."""
    size: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The outcome of a command that was stored before. `event` is the event that the command wrote at that time."""

    event: Logged


Outcome: TypeAlias = "Logged | Duplicate | Refused"


def number(
    appends: Sequence[Append],
    heads: Mapping[str, Head],
    known: Mapping[tuple[str, str], Logged],
    silent_ms: Callable[[str], int],
    size_max: int = SIZE_MAX,
) -> tuple[list[Outcome], set[str]]:
    """The outcome of each append, in order, and the ids of the chats that changed.

    `known` maps (person, command) of each repeated command to the stored event. The journal has looked these up.
    `silent_ms(team)` is the length of the customer's silence, in ms, that ends a chat. If a chat has `size_max` bytes
    or more, messages of its customer are refused.
    """
    outcomes: list[Outcome] = []
    moved: set[str] = set()
    written: dict[tuple[str, str], Logged] = {}
    for append in appends:
        key = (append.actor.id, append.command)
        earlier = known.get(key) or written.get(key)
        if earlier is not None:
            outcomes.append(Duplicate(earlier))
            continue
        head = heads.get(append.chat)
        try:
            if head is None:
                raise NotFound
            event = _append(head, append, silent_ms, size_max)
        except Refused as refused:
            outcomes.append(refused)
            continue
        moved.add(append.chat)
        written[key] = event
        outcomes.append(event)
    return outcomes, moved


def _append(head: Head, append: Append, silent_ms: Callable[[str], int], size_max: int) -> Logged:
    actor = append.actor
    body = append.body
    if actor.kind == "customer":
        writes = actor.id == head.customer or actor.account == head.customer
    else:
        writes = actor.id == head.agent
    # Fast path: customer and agent may write in an open chat, and almost all appends are theirs.
    if not writes or head.state == "closed":
        check("note" if append.note else "send", _chat(head), actor)
        if append.whisper_body is not None:
            body = append.whisper_body
    if head.size >= size_max and actor.kind == "customer":
        raise too_long(head.chat)
    seq = head.last_seq + 1
    event = Logged(head.chat, seq, head.last_public_seq, append.note, append.at, body, actor.id, append.command, None)
    head.last_seq = seq
    head.size += size_of(body)
    head.last_at = append.moment
    if not append.note:
        head.last_public_seq = seq
        clocks = Clocks(head.reply_owed_since, head.first_reply_at, head.silent_due_at, head.agent_reply_at)
        head.reply_owed_since, head.first_reply_at, head.silent_due_at, head.agent_reply_at = clocks_after_message(
            clocks, by_customer=actor.kind == "customer", at=append.moment, silent_ms=silent_ms(head.team)
        )
    return event


def _chat(head: Head) -> Chat:
    return Chat(head.chat, head.team, head.state, head.customer, head.agent, head.ticket, size=head.size)
