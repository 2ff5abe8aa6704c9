from __future__ import annotations

import pytest

from reports.promises import TOLD_FROM_S, is_kept, told_class


@pytest.mark.parametrize(
    ("told_s", "wait_ms", "kept"),
    [
        (0, 60_000, True),
        (0, 60_001, False),
        (89, 60_001, False),
        (90, 120_000, True),
        (240, 240_000, True),
        (240, 240_001, False),
    ],
)
def test_promise_is_kept_if_the_wait_is_not_longer_than_the_minutes_that_the_customer_read(
    told_s: int, wait_ms: int, kept: bool
) -> None:
    assert is_kept(told_s, wait_ms) is kept


def test_each_told_wait_has_one_class() -> None:
    assert [told_class(least) for least in TOLD_FROM_S] == list(TOLD_FROM_S)
    assert [told_class(least - 1) for least in TOLD_FROM_S[1:]] == list(TOLD_FROM_S[:-1])
    assert told_class(100_000) == TOLD_FROM_S[-1]
