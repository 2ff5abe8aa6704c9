"""Suggests resolution codes for a conversation, from solved tickets whose code a person chose. Pure.

A multinomial naive Bayes classifier over the words that a ticket contains: C. D. Manning, P. Raghavan, H. Schütze,
Introduction to Information Retrieval (2008), section 13.2. Each word counts once for a ticket. The score of a code is a
sum of weights of words, so the classifier is linear.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

WORDS_MAX = 80
"""Only the first words of a conversation count: they say what it is about."""
WORD_MIN = 3
SHOWN = 3
"""At most this many codes are suggested."""
SMOOTHED = 0.5
"""Added to each count, so that a word that a code has never seen does not exclude the code."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """`words` as `ticketing.search_words.words_of` returns them."""

    team: str
    product: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A solved ticket. `code` was chosen by a person. `assignee` is the id of the agent."""

    code: str
    assignee: str | None
    about: Conversation


@dataclass(frozen=True, slots=True)
class Predicted:
    """How many tickets' codes were predicted before they were learned, and how many of these codes stood first, or
    among the suggestions."""

    tickets: int = 0
    first: int = 0
    among: int = 0

    def with_one(self, code: str, suggested: Sequence[str]) -> Predicted:
        return Predicted(self.tickets + 1, self.first + (code in suggested[:1]), self.among + (code in suggested))


class LikelyCodes:
    """Learns from tickets, and suggests codes."""

    def __init__(self) -> None:
        self._tickets = Counter[str]()
        self._sizes = Counter[str]()
        self._words = defaultdict[str, Counter[str]](Counter)
        self._last = dict[str, str]()

    def learn(self, ticket: Coded) -> None:
        """Tickets must come in the order in which they were solved."""
        features = _features(ticket.about)
        self._tickets[ticket.code] += 1
        self._sizes[ticket.code] += len(features)
        for feature in features:
            self._words[feature][ticket.code] += 1
        if ticket.assignee is not None:
            self._last[ticket.assignee] = ticket.code

    def used_last(self, agent: str) -> str | None:
        """The code of the ticket that this agent solved last."""
        return self._last.get(agent)

    def suggested(self, about: Conversation) -> Sequence[str]:
        """At most SHOWN codes, the likeliest first; empty if no ticket was learned."""
        total = sum(self._tickets.values())
        scores = {code: math.log(count / total) for code, count in self._tickets.items()}
        known = len(self._words)
        for feature in _features(about):
            counts = self._words.get(feature)
            if counts is None:
                continue
            for code in scores:
                share = (counts[code] + SMOOTHED) / (self._sizes[code] + SMOOTHED * known)
                scores[code] += math.log(share)
        return sorted(scores, key=lambda code: (-scores[code], code))[:SHOWN]


def _features(about: Conversation) -> Collection[str]:
    words = dict.fromkeys(word for word in about.words.split() if len(word) >= WORD_MIN)
    # A word contains no colon.
    return [f"team:{about.team}", f"product:{about.product}", *list(words)[:WORDS_MAX]]
