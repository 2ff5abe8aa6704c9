from __future__ import annotations

from clock import Stopwatches


def test_run_measures_each_key_from_its_first_call() -> None:
    """The given start value counts on the first call only; a key that was missing starts again."""
    now = [1_000]
    watches = Stopwatches[str](lambda: now[0])
    assert watches.run({"first": 0, "begun before": 500}) == {"first": 0, "begun before": 500}
    now[0] += 100
    assert watches.run({"first": 9_999, "second": 0}) == {"first": 100, "second": 0}
    now[0] += 100
    assert watches.run({"first": 0, "second": 0, "begun before": 0}) == {"first": 200, "second": 100, "begun before": 0}
