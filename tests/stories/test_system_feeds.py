"""The feed and the calendar of system availability, read by a feed reader and by calendar programs."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import icalendar

from tests.running import RunningDesk
from tests.stories.test_help_center_feeds import parsed
from tests.stories.test_portal import browser
from tests.stories.test_system_status import EVIL, component, opened, planned

KHAL = """
[calendars]
[[own]]
path = {folder}/own
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
EARLIER = {"starts_at": "2098-11-28T04:00:00.000Z", "ends_at": "2098-11-28T08:00:00.000Z"}


async def test_feed_reader_reads_incidents_and_maintenance(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        exports = await component(api, "Exports")
        id_ = await opened(api, EVIL, "degraded", exports)
        await planned(api, "Read only", exports)
        found = await parsed((await page.get("/status.atom")).content)
    assert (found.bozo, found.version) == (False, "atom10")
    assert {one.title for one in found.entries} == {EVIL, "Read only"}
    assert any(one.link.endswith(f"/status#incident-{id_}") for one in found.entries)
    assert all("<script" not in one.summary for one in found.entries)


async def test_calendars_follow_maintenance_that_is_moved_and_cancelled(desk: RunningDesk, tmp_path: Path) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    (tmp_path / "own").mkdir()
    (tmp_path / "config").write_text(KHAL.format(folder=tmp_path))
    async with desk.http(omar.token) as api, browser(desk) as page:
        id_ = await planned(api, EVIL, await component(api, "Exports"))

        async def event() -> tuple[str, int, str, str]:
            """The UID, the sequence and the status of the event, and what khal lists."""
            content = (await page.get("/maintenance.ics")).content
            (found,) = icalendar.Calendar.from_ical(content).events
            (tmp_path / "maintenance.ics").write_bytes(content)
            await khal("import", "--batch", "-a", "own", str(tmp_path / "maintenance.ics"))
            listed = await khal("list", "--format", "{start-long} {title}", "--day-format", "", "2098-01-01", "1000d")
            return str(found["UID"]), int(str(found["SEQUENCE"])), str(found.get("STATUS", "")), listed.strip()

        async def khal(*words: str) -> str:
            command = ["khal", "-c", str(tmp_path / "config"), *words]
            done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
            return done.stdout

        uid, sequence, _, listed = await event()
        assert (sequence, listed) == (0, f"2099-11-28 04:00 {EVIL}")
        assert (await api.patch(f"/api/maintenances/{id_}", json=EARLIER)).status_code == 200
        moved = await event()
        assert (moved[:2], moved[3]) == ((uid, 1), f"2098-11-28 04:00 {EVIL}")
        assert (await api.patch(f"/api/maintenances/{id_}", json={"cancel": True})).status_code == 200
        assert (await event())[:3] == (uid, 2, "CANCELLED")
