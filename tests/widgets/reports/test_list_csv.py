from __future__ import annotations

import pytest

from reports.drill import Behind, Counted, CountedPage
from widgets.reports.list_csv import text_of
from widgets.reports.ports import Choices

CHOICES = Choices(teams={"media": "Media"}, goals={}, agents={"ana": "Ana"}, products=[])


@pytest.mark.parametrize(
    ("metric", "head", "value"),
    [
        ("handle", ',"seconds"', ',"75"'),
        ("rating", ',"rating"', ',"4"'),
        ("solved", ',"code"', ',"VOID"'),
        ("offered", "", ""),
    ],
)
def test_csv_has_names_the_value_of_the_figure_and_no_formula(metric: str, head: str, value: str) -> None:
    row = Counted(7, "a", "2026-11-19T15:00:00Z", "media", "ana", "=1+1", 75, 4, "void")
    columns, line = text_of(CountedPage(1, [row], None), Behind(metric=metric), CHOICES, str.upper).splitlines()
    assert columns == '"ticket","at_utc","team","agent","product"' + head
    assert line == '"7","2026-11-19T15:00:00Z","Media","Ana","\'=1+1"' + value
