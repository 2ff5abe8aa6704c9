"""Times of a ticket's chats, in whole seconds. Pure. docs/tickets.md defines each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Literal

from msgspec import Struct

TurnKind = Literal["started", "assigned", "transferred", "customer", "staff", "closed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A step of a chat: its start, an agent who joined, a transfer, a message of the customer or of staff, or its end.

    `at` is in ms since the epoch, UTC. `agent` is the name of the agent who joined.
    """

    chat: str
    at: int
    kind: TurnKind
    agent: str | None = None


class ChatTimes(Struct, frozen=True):
    """Times in seconds. A time is null if there is nothing to measure."""

    wait_s: int | None
    """From the start of the first chat until an agent joined. If no agent joined, until the end of that chat."""
    first_reply_s: int | None
    """In the first chat: from the moment the first agent joined until the first message of staff."""
    next_reply_s: int | None
    """Median of the customer's waits for later replies.

    A wait lasts from the first unanswered message until the reply.
    """
    longest_gap_s: int | None
    """The longest wait for a later reply, measured like `next_reply_s`."""
    handling_s: int | None
    """From the moment the first agent joined until the end of the chat. The sum over all chats."""
    transfers: int
    agents: list[str]
    """Names of the agents who joined, in order, each name once."""


def times_of(turns: Sequence[Turn]) -> ChatTimes | None:
    """The times of these chats. `turns`: the steps of all chats, chat by chat. None if there is no chat."""
    chats = [list(steps) for _, steps in groupby(turns, key=lambda turn: turn.chat)]
    if not chats:
        return None
    first = chats[0]
    joined, ended = _first(first, "assigned"), _first(first, "closed")
    met = joined if joined is not None else ended
    replied = _first(first, "staff")
    gaps = [gap for chat in chats for gap in _gaps(chat)]
    spans = (_between(_first(chat, "assigned"), _first(chat, "closed")) for chat in chats)
    handled = [span for span in spans if span is not None]
    return ChatTimes(
        wait_s=_seconds(_between(first[0].at, met)),
        first_reply_s=_seconds(_between(joined, replied)),
        next_reply_s=_seconds(median(gaps)) if gaps else None,
        longest_gap_s=_seconds(max(gaps)) if gaps else None,
        handling_s=_seconds(sum(handled)) if handled else None,
        transfers=sum(turn.kind == "transferred" for turn in turns),
        agents=list(dict.fromkeys(turn.agent for turn in turns if turn.agent is not None)),
    )


def _first(chat: Sequence[Turn], kind: TurnKind) -> int | None:
    return next((turn.at for turn in chat if turn.kind == kind), None)


def _between(start: int | None, end: int | None) -> int | None:
    return max(0, end - start) if start is not None and end is not None else None


def _gaps(chat: Sequence[Turn]) -> Iterator[int]:
    """How long the customer waited for each reply of staff except the first response of the chat, in ms."""
    waits_since: int | None = None
    replies = 0
    for turn in chat:
        if turn.kind == "customer":
            waits_since = turn.at if waits_since is None else waits_since
        elif turn.kind == "staff":
            if replies and waits_since is not None:
                yield turn.at - waits_since
            waits_since = None
            replies += 1


def _seconds(span: float | None) -> int | None:
    return None if span is None else round(span / 1000)
