"""Suggested resolution codes: what is learned from solved tickets."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ticketing.likely_codes import WORDS_MAX, Coded, Conversation, LikelyCodes, Predicted


def coded(code: str, words: str, product: str | None = None, assignee: str | None = None, team: str = "media") -> Coded:
    return Coded(code, assignee, Conversation(team, product, words))


def suggested(tickets: Sequence[Coded], words: str, product: str | None = None, team: str = "media") -> Sequence[str]:
    codes = LikelyCodes()
    for ticket in tickets:
        codes.learn(ticket)
    return codes.suggested(Conversation(team, product, words))


PASSWORDS = [coded("action_needed", "my password expired please reset")] * 2
FIGURES = [coded("data_fix", "the figures of june are wrong")] * 4


@pytest.mark.parametrize(
    ("words", "first"),
    [("password does not work", "action_needed"), ("wrong figures again", "data_fix"), ("bonjour", "data_fix")],
)
def test_codes_of_tickets_with_the_same_words_come_first(words: str, first: str) -> None:
    """Without a known word, the code that is used most comes first."""
    assert suggested([*PASSWORDS, *FIGURES], words)[0] == first


def test_code_of_the_same_product_or_team_comes_first() -> None:
    tickets = [coded("set_up", "start", "Lumina"), coded("no_issue", "start", "Spectra OX", team="traffic")]
    assert suggested(tickets, "start", "Spectra OX")[0] == "no_issue"
    assert suggested(tickets, "start", "Lumina")[0] == "set_up"
    assert suggested(tickets, "start", team="traffic")[0] == "no_issue"


def test_many_codes_are_cut_to_three_and_none_learned_gives_none() -> None:
    tickets = [coded(code, "it fails") for code in ("technical", "code_fix", "set_up", "no_issue")]
    assert len(suggested(tickets, "it fails")) == 3
    assert suggested([], "it fails") == []


def test_word_late_in_a_long_conversation_does_not_count() -> None:
    long = " ".join(f"word{place}" for place in range(WORDS_MAX))
    assert suggested([*PASSWORDS, *FIGURES], f"{long} password")[0] == "data_fix"
    assert suggested([*PASSWORDS, *FIGURES], f"password {long}")[0] == "action_needed"


def test_used_last_is_the_newest_code_of_the_agent() -> None:
    codes = LikelyCodes()
    for code, agent in (("set_up", "mateo"), ("data_fix", "priya"), ("no_issue", "mateo")):
        codes.learn(coded(code, "words", assignee=agent))
    assert (codes.used_last("mateo"), codes.used_last("priya"), codes.used_last("ines")) == (
        "no_issue",
        "data_fix",
        None,
    )


def test_prediction_counts_as_first_later_or_none() -> None:
    predicted = Predicted()
    for code in ("set_up", "data_fix", "void"):
        predicted = predicted.with_one(code, ["set_up", "data_fix", "no_issue"])
    assert (predicted.tickets, predicted.first, predicted.among) == (3, 1, 2)
