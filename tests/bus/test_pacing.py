from __future__ import annotations

import pytest

from bus.pacing import Pacing


@pytest.mark.parametrize(("failed", "longest"), [(1, 0.5), (2, 1.0), (3, 1.0), (1_000_000, 1.0)])
def test_pause_after_failed_attempts_doubles_up_to_the_maximum(failed: int, longest: float) -> None:
    assert Pacing().pause(failed, 1.0) == longest
    assert Pacing().pause(failed, 0.0) == longest / 2
