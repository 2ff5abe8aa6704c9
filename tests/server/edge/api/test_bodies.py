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
def test_half_a_character_is_the_fault_of_its_field(body: str, field: str | None) -> None:
    refused = bodies._unreadable(body.encode())
    assert list(refused.fields or ()) == ([] if field is None else [field])
    assert refused.code == ("bad_frame" if field is None else "invalid")


def test_a_body_without_half_a_character_is_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "json", None)
    assert bodies._unreadable(b"[" + b"[]," * 40_000).code == "bad_frame"


def test_a_large_body_with_half_a_character_is_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tens of thousands of lists beside it would cost milliseconds. A body as large as is searched names the field."""
    start, end = f'{{"email":{HALF},"z":"', '"}'
    largest = start + "x" * (bodies.SEARCHED_MAX - len(start + end)) + end
    assert list(bodies._unreadable(largest.encode()).fields or ()) == ["email"]
    monkeypatch.setattr(bodies, "json", None)
    lists = f'{{"email":{HALF},"z":[' + ",".join(["[1]"] * 32_000) + "]}"
    assert bodies._unreadable(lists.encode()).code == "bad_frame"
    assert bodies._unreadable(largest.replace("x", "xx", 1).encode()).code == "bad_frame"


def test_half_a_character_is_looked_for_among_some_values() -> None:
    """One among many thousand values is not found: the body is called no JSON, which it is not either."""
    many = ",".join(['"a"'] * bodies.LOOKED_AT)
    assert bodies._unreadable(f"[{many},{HALF}]".encode()).code == "bad_frame"
