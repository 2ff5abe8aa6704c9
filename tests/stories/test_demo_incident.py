"""The switch of the demo's sample page that starts and ends an incident."""

from __future__ import annotations

from pathlib import Path

from tests.running import running
from tests.stories.test_portal import browser
from tests.stories.test_system_status import component


async def test_demo_starts_an_incident_and_ends_it(tmp_path: Path) -> None:
    async with running(tmp_path / "data", demo=True) as desk:
        omar = await desk.staff("Omar", role="supervisor")
        async with desk.http(omar.token) as api, browser(desk) as page:
            exports = await component(api, "Exports and CFILE")
            shown = await page.post("/demo/incident")
            assert shown.url.path == "/demo" and "End the incident" in shown.text
            (incident,) = (await api.get("/api/incidents?state=in_banner")).json()["incidents"]
            assert incident["affects"] == [{"component": exports, "state": "degraded"}]
            shown = await page.post("/demo/incident")
            assert "Start an incident" in shown.text
            assert "Back to normal since" in (await page.get("/")).text
            foreign = await page.post("/demo/incident", headers={"Origin": "https://evil.example"})
            assert foreign.status_code == 403
            assert (await api.get("/api/incidents?state=open")).json()["incidents"] == []
