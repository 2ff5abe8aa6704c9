"""Personal data leaves a text, and comes back into an answer."""

from __future__ import annotations

import pytest

from assist.redaction import NAMES_MAX, Redaction

NAMES = ["Ramya Subramanian", None, "Li", "Q"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Write to r.subramanian@northlake.example, please", "Write to [email 1], please"),
        ("See https://desk.example/r/7?token=abc now", "See [link 1] now"),
        ("Pay with 4111 1111 1111 1111 today", "Pay with [card] today"),
        ("Pay with •••• •••• •••• 1111 today", "Pay with [card] today"),
        ("Call +49 (0) 30 1234-567 or 555.123.4567", "Call [number 1] or [number 2]"),
        ("Order 12345, line 7, 2026", "Order 12345, line 7, 2026"),
        ("I am ramya subramanian. Ramya", "I am [name 1]. [name 2]"),
        ("Lithium and Li, Q", "Lithium and [name 1], Q"),
        ("a@b.example a@b.example c@d.example", "[email 1] [email 1] [email 2]"),
    ],
)
def test_personal_data_is_replaced_by_placeholders(text: str, hidden: str) -> None:
    assert Redaction(NAMES).hidden(text) == hidden


def test_placeholders_of_an_answer_become_their_values_except_cards() -> None:
    redaction = Redaction(["Ana Ruiz"])
    redaction.hidden("Ana Ruiz, a@b.example, 4111 1111 1111 1111")
    shown = redaction.shown("Dear [name 1] ([Email 1]), [card], [email 2], [name 999999]")
    assert shown == "Dear Ana Ruiz (a@b.example), [card], [email 2], [name 999999]"


def test_placeholders_that_somebody_typed_or_is_called_reveal_nothing() -> None:
    redaction = Redaction(["Email 1", "[name 1]"])
    assert redaction.hidden("[email 1] x@y.example") == "[[name 1]] [email 1]"
    assert redaction.shown("[email 1]") == "x@y.example"


def test_many_names_and_long_texts_are_redacted_at_once() -> None:
    redaction = Redaction([f"Person{number}" for number in range(100, 100 + 3 * NAMES_MAX)])
    assert redaction.hidden("Person120 x@y.example " * 500) == "[name 1] [email 1] " * 500
