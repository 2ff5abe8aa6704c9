"""Zendesk's search language."""

from __future__ import annotations

import pytest

from refusals import Refused
from zendesk.query import parsed

DAY = 86_400_000
START = 1_793_491_200_000
"""The first of November 2026."""
NOW = START + 5 * DAY + 7


def test_query_with_many_keywords_is_understood() -> None:
    asked = parsed(
        'type:ticket status<pending -tags:spam priority:high assignee:me created>=2026-11-01 "two words" x', NOW
    )
    assert (asked.type, asked.status, asked.without_tags, asked.priority) == ("ticket", ("open",), ("spam",), ("high",))
    assert (asked.named, asked.created, asked.words) == ({"assignee": "me"}, (START, None), "two words x")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("priority>=high", ("high", "urgent")),
        ("priority<normal", ("low",)),
        ("priority<low", ("",)),
        ("status<new", ("",)),
        ("status>closed", ("",)),
        ("status<=open", ("open",)),
        ("status>=solved", ("solved",)),
    ],
)
def test_comparison_finds_what_it_says(query: str, found: tuple[str, ...]) -> None:
    assert {parsed(query, NOW).priority, parsed(query, NOW).status} == {found, ()}


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ("created:2026-11-01", (START, START + DAY)),
        ("created>2026-11-01", (START + DAY, None)),
        ("created<2026-11-01T00:00:01Z", (None, START + 1000)),
        ("created>=4hours", (NOW - 4 * 3_600_000, None)),
        ("created<1week", (None, NOW - 7 * DAY)),
        ("created>2Days created<1day", (NOW - 2 * DAY + 1000, NOW - DAY)),
    ],
)
def test_date_is_a_day_or_a_second(query: str, span: tuple[int | None, int | None]) -> None:
    assert parsed(query, NOW).created == span


@pytest.mark.parametrize(
    "query",
    [
        "status:odd",
        "color:red",
        "created>soon",
        "created>4fortnights",
        "created>hours",
        "-word",
        "-priority:high",
        "-created:2026-11-01",
        "tags>a",
        "assignee<=me",
        "type>ticket",
        "ticket_id:x",
        "x" * 2_000,
        "type:macro",
    ],
)
def test_query_that_cannot_be_searched_is_refused(query: str) -> None:
    with pytest.raises(Refused):
        parsed(query, NOW)
