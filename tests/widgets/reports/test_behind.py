from __future__ import annotations

from reports.drill import METRICS, Behind, Counted, CountedPage
from reports.periods import Period
from widgets.reports import behind
from widgets.reports.filters import filters_of
from widgets.reports.ports import Choices

CHOICES = Choices(teams={"media": "Media"}, goals={}, agents={"ana": "Ana"}, products=[])


def test_address_of_a_list_is_read_back_as_the_same_list() -> None:
    filters = filters_of({}, Period(739_000, 739_007), CHOICES)
    for asked in (
        Behind(metric="solved", code="void"),
        Behind(metric="offered", hour=167),
        Behind(metric="wait_late", longest=True),
        Behind(metric="backlog", status="with_product", age=6, after=50),
    ):
        query = behind.address(filters, asked, asked.after).split("?")[1]
        assert behind.behind_of(dict(part.split("=") for part in query.split("&"))) == asked


def test_values_that_are_unknown_or_do_not_fit_the_metric_are_ignored() -> None:
    assert behind.behind_of({"metric": "secrets", "code": "void", "after": "-1", "hour": "168"}) == Behind()
    given = {"metric": "backlog", "hour": "3", "age": "7", "order": "longest"}
    assert behind.behind_of(given) == Behind(metric="backlog")


def test_address_without_a_list_names_what_is_wrong() -> None:
    assert behind.unknown_of({}) == behind.unknown_of({"metric": "offered", "hour": "003", "code": ""}) == []
    assert behind.unknown_of({"metric": "secrets", "hour": "3"}) == ["figure"]
    assert behind.unknown_of({"metric": "solved", "code": "magic", "hour": "3", "client": "c1"}) == [
        "resolution",
        "hour",
    ]


def test_each_metric_has_a_title() -> None:
    assert set(behind.NAMES) == set(METRICS)
    assert behind.title(Behind(metric="offered", hour=34), str) == "Chats offered, Tue 10:00 to 11:00"
    assert behind.title(Behind(metric="backlog", status="open", age=0), str) == (
        "Tickets not solved now, Open with support, age today"
    )


def test_list_of_times_in_a_status_says_its_own_order() -> None:
    assert behind.order(Behind(metric="open_time")) == "What ended first comes first."
    assert behind.order(Behind(metric="backlog")) == behind.order(Behind()) == "The oldest comes first."


def test_only_lists_of_durations_have_another_order() -> None:
    filters = filters_of({}, Period(739_000, 739_007), CHOICES)
    late = behind.other_order(filters, Behind(metric="wait_late", after=50))
    assert late is not None and late.endswith("&metric=wait_late&order=longest")
    back = behind.other_order(filters, Behind(metric="wait_late", longest=True))
    assert back is not None and back.endswith("&metric=wait_late")
    assert behind.other_order(filters, Behind(metric="offered")) is None


def test_lines_show_names_and_the_value_that_the_metric_measures() -> None:
    row = Counted(7, "a", "2026-11-19T15:00:00Z", "media", "ana", None, 75, 4, "void")

    def value(metric: str) -> str:
        (line,) = behind.lines(CountedPage(1, [row], None), Behind(metric=metric), CHOICES, str.upper)
        assert (line.team, line.agent, line.product) == ("Media", "Ana", "")
        return line.value

    assert [value(metric) for metric in ("wait", "rating", "solved")] == ["1:15", "4", "VOID"]
