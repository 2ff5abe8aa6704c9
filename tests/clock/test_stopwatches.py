"""How long things have gone on."""

from __future__ import annotations

from clock import Stopwatches


def test_each_has_its_own() -> None:
    """From when it was first named, with what had gone before; once it is not named any more it is over."""
    now = [1_000]
    watches = Stopwatches[str](lambda: now[0])
    assert watches.run({"first": 0, "begun before": 500}) == {"first": 0, "begun before": 500}
    now[0] += 100
    assert watches.run({"first": 9_999, "second": 0}) == {"first": 100, "second": 0}
    now[0] += 100
    assert watches.run({"first": 0, "second": 0, "begun before": 0}) == {
        "first": 200,
        "second": 100,
        "begun before": 0,
    }
