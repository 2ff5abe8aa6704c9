"""Bodies that are no JSON: what is said of them, and how far they are looked into."""

from __future__ import annotations

import pytest

from server.edge.api import bodies

HALF = '"\\ud800"'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (f'{{"text": {HALF}}}', "text"),
        (f'{{"files": ["a", {HALF}]}}', "files[1]"),
        (f'{{"requester": {{"name": {HALF}}}}}', "requester.name"),
        ('{"text": ', None),
        ("[" * 100_000, None),
        ('{"\\ud800": "\\ud800"}', None),
    ],
)
def test_lone_surrogate_is_reported_for_its_field(body: str, field: str | None) -> None:
    refused = bodies.unreadable(body.encode())
    assert list(refused.fields or ()) == ([] if field is None else [field])
    assert refused.code == ("bad_frame" if field is None else "invalid")


def test_large_body_with_a_lone_surrogate_is_not_searched() -> None:
    """Decoding tens of thousands of lists would take milliseconds. A body at the size limit is searched."""
    start, end = f'{{"email":{HALF},"z":"', '"}'
    largest = start + "x" * (bodies.SEARCHED_MAX - len(start + end)) + end
    assert list(bodies.unreadable(largest.encode()).fields or ()) == ["email"]
    lists = f'{{"email":{HALF},"z":[' + ",".join(["[1]"] * 32_000) + "]}"
    assert bodies.unreadable(lists.encode()).code == "bad_frame"
    assert bodies.unreadable(largest.replace("x", "xx", 1).encode()).code == "bad_frame"


def test_search_for_a_lone_surrogate_stops_after_some_values() -> None:
    many = ",".join(['"a"'] * bodies.LOOKED_AT)
    assert bodies.unreadable(f"[{many},{HALF}]".encode()).code == "bad_frame"
