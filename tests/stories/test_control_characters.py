"""Control characters in paths and queries."""

from __future__ import annotations

import pytest

from tests.running import RunningDesk, enrol
from tests.stories.test_accounts import signed_up


@pytest.mark.parametrize(
    "path",
    ["/api/me/sessions/a%00", "/api/files/%00/content", "/api/bans/x%07", "/api/people/%00", "/api/me/passkeys/%1B"],
)
async def test_path_with_a_control_character_is_not_found(desk: RunningDesk, path: str) -> None:
    page = await signed_up(desk)
    for method in ("GET", "DELETE", "PATCH"):
        answer = await page.request(method, path, json={})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


@pytest.mark.parametrize(
    "path", ["/requests/%00", "/static/%00", "/letters/a%0A", "/requests?q=%00", "/sign-in?next=%00"]
)
async def test_page_with_a_control_character_is_not_found(desk: RunningDesk, path: str) -> None:
    answer = await desk.http().get(path)
    assert answer.status_code == 404 and "Page not found" in answer.text


async def test_query_of_a_call_with_a_control_character_is_refused(desk: RunningDesk) -> None:
    await enrol(desk.desk.storage, "maya@desk.example", "Maya")
    for query in ("q=%00", "q=a%1Bb", "%00=1"):
        answer = await desk.http().get(f"/api/tickets?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_search_with_a_tab_or_a_line_break_is_served(desk: RunningDesk) -> None:
    """Somebody may paste it."""
    page = await signed_up(desk)
    assert (await page.get("/requests?q=late%09payment%0D%0A")).status_code == 200
