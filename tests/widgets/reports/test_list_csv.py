from __future__ import annotations

from reports.drill import Counted, CountedPage
from widgets.reports.list_csv import text_of
from widgets.reports.ports import Choices

CHOICES = Choices(teams={"media": "Media"}, goals={}, agents={"ana": "Ana"}, products=[])


def test_csv_has_names_and_no_formula() -> None:
    row = Counted(7, "a", "2026-11-19T15:00:00Z", "media", "ana", "=1+1", 75, None, "void")
    _, line = text_of(CountedPage(1, [row], None), CHOICES, str.upper).splitlines()
    assert line == '"7","2026-11-19T15:00:00Z","Media","Ana","\'=1+1","75","","VOID"'
