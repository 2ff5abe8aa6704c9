from __future__ import annotations

import pytest

from reports.adapters.cell_rows import counters_of, packed, unpacked
from reports.tally import Opened, Pile, count_of, counted

COUNTERS = counted("offered", 3) + counted("fixed_pending_rca_ms", 2**40)
_PILE = Pile()
_PILE.last("wait", 1_000)
_PILE.last("told", 10**9)
DURATIONS = _PILE.tally


def test_tally_is_read_back_whole() -> None:
    assert unpacked(packed(COUNTERS + DURATIONS)) == COUNTERS + DURATIONS
    assert sum(Opened(unpacked(packed(DURATIONS))).spread("told")) == 1


@pytest.mark.parametrize("durations", [0, DURATIONS], ids=["none", "some"])
def test_counters_are_read_without_durations(durations: int) -> None:
    """The first counter and the last one are right, and nothing else is there."""
    found = counters_of(packed(COUNTERS + durations))
    assert found == COUNTERS
    assert (count_of(found, "offered"), count_of(found, "fixed_pending_rca_ms")) == (3, 2**40)
