from __future__ import annotations

from reports.adapters.cell_rows import packed, unpacked
from reports.tally import Opened, Pile, count_of


def test_tally_is_read_back_whole() -> None:
    pile = Pile()
    pile.count("offered", 3)
    pile.count("fixed_pending_rca_ms", 2**40)
    pile.last("wait", 1_000)
    pile.last("told", 10**9)
    found = unpacked(packed(pile.tally))
    assert (count_of(found, "offered"), count_of(found, "fixed_pending_rca_ms")) == (3, 2**40)
    opened = Opened(found)
    assert (opened.sum("wait"), opened.sum("told")) == (1_000, 10**9)
    assert (sum(opened.spread("wait")), sum(opened.spread("told")), sum(opened.spread("next"))) == (1, 1, 0)
