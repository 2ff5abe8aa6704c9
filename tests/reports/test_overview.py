from __future__ import annotations

import pytest

from reports.overview import FEW, comparable, figures_of
from reports.tally import counted


@pytest.mark.parametrize(
    ("chats", "before", "compared"), [(FEW, FEW, True), (FEW - 1, FEW, False), (FEW, FEW - 1, False), (FEW, 0, False)]
)
def test_period_is_compared_only_if_both_periods_have_enough_chats(chats: int, before: int, compared: bool) -> None:
    now, then = figures_of(counted("offered", chats)), figures_of(counted("offered", before))
    assert comparable(now, then) is compared
