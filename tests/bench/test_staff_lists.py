from __future__ import annotations

import pytest

from bench import staff_lists, two_sizes
from bench.processes import Cores


@pytest.mark.soak
def test_smoke(cores: Cores) -> None:
    """Two desks are built and started, and each list is requested from both. None is empty."""
    found = two_sizes.measure(staff_lists.visited, cores, "sqlite", (4_000, 5_000), requests=1, rounds=1)
    assert len(found) == 21 and all(len(taken.few) == len(taken.many) == 1 for taken in found)
