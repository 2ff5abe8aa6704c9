"""Reports of periods that are reversed, long ago, over a change of clocks, or without anything."""

from __future__ import annotations

import pytest

from clock import from_rfc3339
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, joined
from tests.stories.test_reviews import asked

NOON = from_rfc3339("2026-11-05T12:00:00.000Z")


async def overview(place: DeskInMemory, token: str, period: str) -> dict[str, object]:
    return await asked(place, token, "GET", f"/api/reports/overview?{period}")


async def test_reversed_and_impossible_periods_are_refused() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        sue = await joined(place, "Sue", role="supervisor")
        for period in (
            "from=2026-11-03&to=2026-11-01",
            "from=2026-11-01&to=2026-11-01",
            "from=2026-02-30&to=2026-03-02",
            "from=1970-01-01&to=1970-01-05",
        ):
            assert (await overview(place, sue.token, period)).get("refused") == "422 invalid", period
        async with place.http(sue.token) as http:
            page = await http.get("/reports?from=2026-11-03&last=2026-11-01")
            assert page.status_code == 422 and "Swap them" in page.text
            page = await http.get("/reports?from=1970-01-01&last=1970-01-05")
            assert page.status_code == 422 and "Reports have days from 2000 to 2100." in page.text
            page = await http.get("/reports?team=tech")
            assert page.status_code == 422 and "You can’t see the team of this address" in page.text
            page = await http.get("/reports/list?metric=nonsense&team=media", follow_redirects=True)
            assert page.status_code == 422 and "You can’t see the figure of this address" in page.text


@pytest.mark.parametrize("period", ["from=2020-01-01&to=2020-01-05", "from=2026-10-31&to=2026-11-03"])
async def test_period_without_chats_has_zeros_and_no_shares(period: str) -> None:
    """Long before the desk, and over the night in which the clocks of its zone went back."""
    async with desk_in_memory(always_open().replace("timezone: UTC", "timezone: America/New_York"), NOON) as place:
        sue = await joined(place, "Sue", role="supervisor")
        found = await overview(place, sue.token, period)
        assert "refused" not in found, found
        figures = found["figures"]
        assert isinstance(figures, dict)
        assert {figures[name] for name in ("offered", "answered", "abandoned", "missed", "created", "solved")} == {0}
        assert figures["wait_s"] == {"count": 0, "median": None, "p90": None, "mean": None, "within": None}
        assert found["by_day"] == []
        first, after = period.replace("to=", "").replace("from=", "").split("&")
        async with place.http(sue.token) as http:
            page = await http.get(f"/reports?from={first}&last={after}")
        assert page.status_code == 200
        assert "No chats in this period" in page.text and "NaN" not in page.text and "None" not in page.text
