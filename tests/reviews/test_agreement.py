from __future__ import annotations

from dataclasses import replace

from reviews.agreement import Agreement, CodePair, agreement, codes
from reviews.judgement import Review
from reviews.scorecard import Answer


def review(ticket: int, reviewer: str, code: str, *, blind: bool = True, **scores: Answer) -> Review:
    return Review(
        id=ticket * 10 + len(reviewer),
        ticket=ticket,
        chat=f"chat {ticket}",
        day="2026-11-23",
        reviewer=reviewer,
        agent="ada",
        at=0,
        verdict="confirmed",
        agent_code="set_up",
        code=code,
        blind=blind,
        scores=scores,
    )


def test_agreement_counts_pairs_of_blind_judgements() -> None:
    found = agreement(
        [
            review(1, "i", "set_up", a="yes", b="no"),
            review(1, "ra", "set_up", a="yes", b="partly", c="no"),
            review(2, "i", "set_up"),
            review(2, "ra", "no_issue"),
            review(3, "i", "set_up"),
            review(4, "i", "set_up", blind=False),
            review(4, "ra", "no_issue", blind=False),
        ]
    )
    assert (found.pairs, found.same_code, found.differ, found.answers, found.same_answer) == (2, 1, (2,), 2, 1)
    assert [(one.ticket, one.reviewer, other.reviewer) for one, other in found.apart] == [
        (2, "i", "ra"),
        (1, "i", "ra"),
    ]


def test_pair_on_which_the_reviewers_agreed_later_is_settled_and_still_counts_as_different() -> None:
    held = replace(review(2, "ra", "no_issue"), agreed_by="i", agreed_at=9)
    found = agreement([review(2, "i", "set_up"), held])
    assert (found.pairs, found.same_code, found.differ, found.apart, found.settled) == (1, 0, (2,), (), 1)


def test_no_judgements_have_no_agreement() -> None:
    assert agreement([]) == Agreement(0, 0, (), 0, 0)
    assert codes([]) == []


def test_codes_are_counted_by_agent_and_reviewer_most_frequent_first() -> None:
    found = codes([review(1, "i", "no_issue"), review(2, "i", "set_up"), review(3, "i", "set_up")])
    assert found == [CodePair("set_up", "set_up", 2), CodePair("set_up", "no_issue", 1)]
