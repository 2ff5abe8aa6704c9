"""Conditions of rules."""

from __future__ import annotations

import pytest

from automations.matching import Facts, holds
from automations.rule import Condition, FieldValue, Test

FACTS = Facts(
    team="media",
    product="lumina",
    status="open",
    priority="high",
    tags=("invoice", "vip"),
    client="c1",
    vip=True,
    channel="email",
    domain="mail.northlake.example",
    subject="Invoice 4711: où est-elle ?",
    author="customer",
    changed=("status", "with"),
    rating=2,
)


@pytest.mark.parametrize(
    ("test", "fitting", "other"),
    [
        ("team", "media", "prod"),
        ("product", "lumina", "Other"),
        ("status", "open", "solved"),
        ("priority", "high", "low"),
        ("assignee", "none", "priya"),
        ("tag", "invoice", "month-end"),
        ("client", "c1", "c2"),
        ("vip", "yes", "no"),
        ("channel", "email", "chat"),
        ("domain", "Northlake.example", "lake.example"),
        ("subject", "INVOICE 4711", "voice"),
        ("subject", "ou est elle", "4711 invoice"),
        ("author", "customer", "staff"),
        ("changed", "status", "team"),
        ("rating", "2", "5"),
    ],
)
def test_condition_with_a_fitting_value_holds_and_its_negation_does_not(test: Test, fitting: str, other: str) -> None:
    assert holds([Condition(test, [other, fitting])], FACTS)
    assert not holds([Condition(test, [other])], FACTS)
    assert not holds([Condition(test, [fitting], negated=True)], FACTS)
    assert holds([Condition(test, [other], negated=True)], FACTS)


@pytest.mark.parametrize(
    ("value", "any_", "is_text", "fits"),
    [
        ("weather", ["people", "weather"], False, True),
        ("bad_weather", ["weather"], False, False),
        (["people", "weather"], ["weather"], False, True),
        (["people"], ["weather"], False, False),
        ("At Gate 7, behind", ["gate 7"], True, True),
        ("At Gate 70", ["gate 7"], True, False),
        (True, ["yes"], False, True),
        (False, ["yes"], False, False),
        (7, ["7.0"], False, True),
        (7.5, ["7", "x"], False, False),
        (1_000, ["1_000", " 1000", "inf", "nan"], False, False),
        (-1_000, ["-1000"], False, True),
        ("2026-03-31", ["2026"], False, False),
        ("x", ["*"], True, True),
        (False, ["*"], False, True),
        (None, ["*", "yes"], False, False),
    ],
)
def test_value_of_a_custom_field_fits_by_its_kind(
    value: FieldValue, any_: list[str], is_text: bool, fits: bool
) -> None:
    facts = Facts(team="media", custom_fields={} if value is None else {"f": value}, texts={"f"} if is_text else ())
    assert holds([Condition("custom_field", any_, field="f")], facts) is fits
    assert holds([Condition("custom_field", any_, negated=True, field="f")], facts) is not fits


def test_rule_without_a_condition_holds_and_with_two_both_must() -> None:
    team, status = Condition("team", ["media"]), Condition("status", ["solved"])
    assert holds([], FACTS)
    assert not holds([team, status], FACTS)


def test_unknown_value_fits_no_condition() -> None:
    assert not holds([Condition("product", ["lumina"])], Facts(team="media"))
    assert holds([Condition("product", ["lumina"], negated=True)], Facts(team="media"))
