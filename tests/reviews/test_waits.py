from __future__ import annotations

import pytest

from reviews.waits import Moment, longest_wait_ms


@pytest.mark.parametrize(
    ("moments", "longest"),
    [
        ((), 100),
        (((30, "assigned"),), 30),
        (((10, "customer"), (30, "assigned"), (35, "staff")), 30),
        (((10, "customer"), (30, "assigned"), (75, "staff")), 45),
        (((5, "assigned"), (10, "customer"), (20, "customer"), (60, "staff"), (99, "staff")), 50),
        (((5, "assigned"), (10, "staff"), (40, "customer")), 60),
        (((5, "assigned"), (10, "customer"), (30, "assigned"), (80, "staff")), 70),
    ],
)
def test_longest_wait_is_in_the_queue_or_until_an_answer_or_the_end(moments: tuple[Moment, ...], longest: int) -> None:
    assert longest_wait_ms(0, 100, moments) == longest
