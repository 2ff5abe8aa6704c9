"""Who takes part in a ticket besides its requester: by a proven address or account, never by a claim."""

from __future__ import annotations

import pytest

from tests.running import RunningDesk, SettableClock
from tests.signing import DESK, HostSettings, Site

SITE = Site("the secret of a host site that is long enough")
ANA = {"name": "Ana", "email": "ana@northlake.example"}


@pytest.fixture
def settings() -> HostSettings:
    return {"base_url": DESK, "identity_secret": SITE.secret}


async def test_participant_reads_replies_and_loses_access_when_removed(desk: RunningDesk, clock: SettableClock) -> None:
    """The verified owner of the address finds the ticket, sees no address in it and reopens it by replying. Once
    removed, the ticket answers like a missing one."""
    maya, ana = await desk.staff("Maya"), await desk.customer(**ANA)
    cy = await desk.customer(identity=SITE.sign("cy", clock()))
    staff, hers, his = desk.http(maya.token), desk.http(ana.token), desk.http(cy.token)
    path = (await hers.post("/api/tickets", json={"team": "media", "text": "Dates", **ANA})).headers["location"]
    missing = await his.get("/api/tickets/4711")
    assert (await his.get(path)).content == missing.content
    change = {"participants": [{"email": "Cy@Northlake.example", "name": "Cy"}], "status": "awaiting_reply"}
    (await staff.patch(path, json=change)).raise_for_status()
    seen = (await his.get(path)).json()
    assert seen["participants"] == [{"name": "Cy"}]
    assert [ticket["number"] for ticket in (await his.get("/api/tickets")).json()["tickets"]] == [seen["number"]]
    answer = await his.post(f"{path}/replies", json={"text": "The order is 4711"})
    assert (answer.status_code, answer.json()["status"]) == (200, "open")
    assert (await hers.get(path)).json()["transcript"][-1]["text"] == "The order is 4711"
    (await staff.patch(path, json={"participants": None})).raise_for_status()
    assert (await his.get(path)).content == missing.content
    assert (await his.post(f"{path}/replies", json={"text": "Hm"})).status_code == 404
