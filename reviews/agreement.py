"""The agreement between two reviewers of the same ticket, and a comparison of the codes of agents with those of
reviewers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reviews.judgement import Review

Pair: TypeAlias = tuple[Review, Review]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often two reviewers agree. `pairs`: the number of chats with two judgements. `same_code`: the number of pairs
    with the same code. `differ`: the tickets of the other pairs. `apart`: the pairs that differ in the code or in an
    answer, without those that are `settled`: the number of pairs of which the reviewers agreed on one judgement later.

    `answers`: the number of scorecard rows that both reviewers answered. `same_answer`: how many of these have the same
    answer.
    """

    pairs: int
    same_code: int
    differ: tuple[int, ...]
    answers: int
    same_answer: int
    apart: tuple[Pair, ...] = ()
    settled: int = 0


@dataclass(frozen=True, slots=True)
class CodePair:
    """How often reviewers gave the code `reviewer` to a ticket to which the agent had given the code `agent`."""

    agent: str | None
    reviewer: str | None
    count: int


def agreement(reviews: Sequence[Review]) -> Agreement:
    """How often two reviewers agree. Compares the first two judgements of each chat, if neither reviewer saw the
    other's judgement (`blind`)."""
    by_chat: dict[str, list[Review]] = {}
    for review in sorted((one for one in reviews if one.blind), key=lambda one: (one.at, one.id)):
        by_chat.setdefault(review.chat, []).append(review)
    pairs = [(both[0], both[1]) for both in by_chat.values() if len(both) > 1]
    differing = [pair for pair in pairs if differs(*pair)]
    apart = tuple(pair for pair in differing if all(one.agreed_at is None for one in pair))
    rows = [
        (first.scores[row], second.scores[row])
        for first, second in pairs
        for row in first.scores.keys() & second.scores.keys()
    ]
    differ = tuple(sorted(first.ticket for first, second in pairs if first.code != second.code))
    return Agreement(
        pairs=len(pairs),
        same_code=len(pairs) - len(differ),
        differ=differ,
        answers=len(rows),
        same_answer=sum(one == other for one, other in rows),
        apart=apart[::-1],
        settled=len(differing) - len(apart),
    )


def differs(first: Review, second: Review) -> bool:
    """True if two judgements have different codes, or different answers to a row that both answered."""
    return first.code != second.code or any(
        first.scores[row] != second.scores[row] for row in first.scores.keys() & second.scores.keys()
    )


def codes(reviews: Iterable[Review]) -> list[CodePair]:
    """How many judgements there are for each pair of an agent's code and a reviewer's code, the most frequent pair
    first."""
    counted = Counter((review.agent_code, review.code) for review in reviews)
    pairs = [CodePair(agent, reviewer, count) for (agent, reviewer), count in counted.items()]
    return sorted(pairs, key=lambda pair: (-pair.count, pair.agent or "", pair.reviewer or ""))
