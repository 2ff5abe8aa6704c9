"""A ticket that waits for review: the facts of its chat, and the rules that select it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Rule = Literal[
    "rated_badly",
    "void_counted",
    "void",
    "auto_ended",
    "requeued",
    "no_reply",
    "long_wait",
    "no_code",
    "words",
    "corrected_before",
    "reopened",
]
RULES: tuple[Rule, ...] = get_args(Rule)
"""The rules that select a ticket for review. `rated_badly`: 1 or 2 stars. `void_counted`: a void ticket that the
reports still count. `void`: any other void ticket. `auto_ended`: silence or closing time ended the chat. `requeued`:
the chat went back to the queue twice or more. `no_reply`: the customer wrote and nobody answered. `words`: the code and
the words of the chat disagree. `long_wait`: the customer waited for more than LONG_WAIT_S at a stretch. `no_code`: a
note says that no code fits. `corrected_before`: a reviewer has corrected the same code of the same agent before.
`reopened`: the ticket was reopened within REOPENED_WITHIN_MS after its chat."""
ALWAYS: frozenset[Rule] = frozenset({"void_counted"})
"""Rules that a desk cannot switch off."""
DEFAULT_RULES: frozenset[Rule] = frozenset(RULES) - {"void", "reopened"}

BAD_RATING = 2
REQUEUES = 2
VOID = "void"
LONG_WAIT_S = 300
REOPENED_WITHIN_MS = 2 * 86_400_000
_AUTO_ENDED = frozenset({"silent", "missed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFacts:
    """The facts of a closed chat that decide whether its ticket is reviewed."""

    ending: str
    agent_messages: int = 0
    customer_messages: int = 0
    requeues: int = 0
    words_disagree: bool = False
    longest_wait_s: int = 0
    """The longest time for which the customer waited at a stretch, in the queue or for an answer."""
    no_code: bool = False
    corrected_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A ticket in the review of one day. The day is that on which its chat ended, in the time zone of the hours file.

    `code` is the resolution code when the day was drawn. `readers` is the number of supervisors who review the ticket:
    2 for every fifth ticket of the sample, otherwise 1.
    """

    ticket: int
    day: str
    chat: str
    agent: str | None
    closed_at: int
    code: str | None
    facts: ChatFacts
    sampled: bool = False
    readers: int = 1


def caught_by(
    facts: ChatFacts, code: str | None, rating: int | None, *, counted: bool = False, reopened: bool = False
) -> tuple[Rule, ...]:
    """The rules that select a ticket with this code and rating, in the order of RULES. `counted`: reports count the
    ticket in times and ratings, unless a supervisor judges it to be void."""
    void = code == VOID
    holds: dict[Rule, bool] = {
        "rated_badly": rating is not None and rating <= BAD_RATING,
        "void_counted": void and counted,
        "void": void and not counted,
        "auto_ended": facts.ending in _AUTO_ENDED,
        "requeued": facts.requeues >= REQUEUES,
        "no_reply": facts.customer_messages > 0 and facts.agent_messages == 0,
        "long_wait": facts.longest_wait_s > LONG_WAIT_S,
        "no_code": facts.no_code,
        "words": facts.words_disagree,
        "corrected_before": facts.corrected_before,
        "reopened": reopened,
    }
    return tuple(rule for rule in RULES if holds[rule])
