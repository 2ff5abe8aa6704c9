"""Query parameters: what is read, and what is wrong with them."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from refusals import Refused
from server.edge.api.queries import VALUES_MAX, Query, choice, many, moment, number, text

TEAM = many("team")
STATE = many("state", choices=("queued", "active"))
SORT = choice("sort", ("at", "-at"))
LIMIT = number("limit", 1, 100, "")
AFTER = number("after", 0, 2**53, "")
FROM = moment("from", "")
CURSOR = text("cursor")
ALL = (TEAM, STATE, SORT, LIMIT, FROM, CURSOR, AFTER)


def query(text: str) -> Query:
    return Query(Request({"type": "http", "query_string": text.encode(), "headers": []}))


def test_parameters_are_read_as_declared() -> None:
    found = query(
        "team=a&team=b&team=a&state=active&sort=-at&limit=7&from=1970-01-01T00:00:01Z&cursor=x&after=9007199254740992"
    )
    found.check(ALL)
    assert [found[parameter] for parameter in ALL] == [("a", "b"), ("active",), "-at", 7, 1000, "x", 2**53]


def test_absent_parameters_are_empty() -> None:
    found = query("")
    found.check(ALL)
    assert [found[parameter] for parameter in ALL] == [(), (), None, None, None, None, None]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("state=closed", {"state"}),
        ("sort=at&sort=at", {"sort"}),
        ("limit=0", {"limit"}),
        ("limit=1.5", {"limit"}),
        ("after=9007199254740993", {"after"}),
        ("from=yesterday", {"from"}),
        ("cursor=a%00b", {"cursor"}),
        ("&".join(f"team={n}" for n in range(VALUES_MAX + 1)), {"team"}),
        ("surprise=1&limit=x", {"surprise", "limit"}),
    ],
)
def test_every_wrong_parameter_is_named(text: str, wrong: set[str]) -> None:
    with pytest.raises(Refused) as refused:
        query(text).check(ALL)
    assert refused.value.code == "invalid" and refused.value.fields is not None and set(refused.value.fields) == wrong
