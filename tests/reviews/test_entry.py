from __future__ import annotations

import pytest

from reviews.entry import ChatFacts, Rule, caught_by

CLOSED = ChatFacts(ending="closed", agent_messages=3, customer_messages=2)


@pytest.mark.parametrize(
    ("facts", "code", "rating", "rules"),
    [
        (CLOSED, "set_up", None, ()),
        (CLOSED, "set_up", 3, ()),
        (CLOSED, "set_up", 2, ("rated_badly",)),
        (CLOSED, "void", None, ("void",)),
        (CLOSED, "void", 1, ("rated_badly", "void")),
        (ChatFacts(ending="silent", agent_messages=1, customer_messages=1), None, None, ("auto_ended",)),
        (ChatFacts(ending="missed", customer_messages=1), None, None, ("auto_ended", "no_reply")),
        (ChatFacts(ending="abandoned", customer_messages=0), None, None, ()),
        (ChatFacts(ending="closed", agent_messages=1, requeues=1), "set_up", None, ()),
        (ChatFacts(ending="closed", agent_messages=1, requeues=2), "set_up", None, ("requeued",)),
        (ChatFacts(ending="closed", agent_messages=1, words_disagree=True), "set_up", None, ("words",)),
        (ChatFacts(ending="closed", agent_messages=1, longest_wait_s=300), "set_up", None, ()),
        (ChatFacts(ending="closed", agent_messages=1, longest_wait_s=301), "set_up", None, ("long_wait",)),
        (ChatFacts(ending="closed", agent_messages=1, no_code=True), "set_up", None, ("no_code",)),
        (ChatFacts(ending="closed", agent_messages=1, corrected_before=True), "set_up", None, ("corrected_before",)),
    ],
)
def test_ticket_is_selected_by_exactly_the_rules_that_hold(
    facts: ChatFacts, code: str | None, rating: int | None, rules: tuple[Rule, ...]
) -> None:
    assert caught_by(facts, code, rating) == rules


def test_ticket_that_was_reopened_soon_is_selected() -> None:
    assert caught_by(CLOSED, "set_up", None, reopened=True) == ("reopened",)


@pytest.mark.parametrize(("code", "rules"), [("void", ("void_counted",)), ("set_up", ())])
def test_void_ticket_that_reports_count_is_always_selected(code: str, rules: tuple[Rule, ...]) -> None:
    assert caught_by(CLOSED, code, None, counted=True) == rules
