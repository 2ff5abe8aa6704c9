"""Agreement between two reviewers of the same ticket, and codes of agents against codes of reviewers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviews.judgement import Review


@dataclass(frozen=True, slots=True)
class Agreement:
    """`pairs`: tickets with two judgements. `same_code`: those with the same code. `differ`: the tickets of the others.

    `answers`: rows of the scorecard that both answered. `same_answer`: those with the same answer.
    """

    pairs: int
    same_code: int
    differ: tuple[int, ...]
    answers: int
    same_answer: int


@dataclass(frozen=True, slots=True)
class CodePair:
    """How often reviewers gave the code `reviewer` where the agent had `agent`."""

    agent: str | None
    reviewer: str | None
    count: int


def agreement(reviews: Sequence[Review]) -> Agreement:
    """The agreement of the first two judgements of each chat that two reviewers judged without seeing each other's."""
    by_chat: dict[str, list[Review]] = {}
    for review in sorted((one for one in reviews if one.blind), key=lambda one: (one.at, one.id)):
        by_chat.setdefault(review.chat, []).append(review)
    pairs = [(both[0], both[1]) for both in by_chat.values() if len(both) > 1]
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
    )


def codes(reviews: Iterable[Review]) -> list[CodePair]:
    """Codes of agents against codes of reviewers, the most frequent first."""
    counted = Counter((review.agent_code, review.code) for review in reviews)
    pairs = [CodePair(agent, reviewer, count) for (agent, reviewer), count in counted.items()]
    return sorted(pairs, key=lambda pair: (-pair.count, pair.agent or "", pair.reviewer or ""))
