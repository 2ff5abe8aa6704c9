"""An incident from banner to finding: people and staff link tickets, and the publisher moves them together."""

from __future__ import annotations

import httpx2
import msgspec
from msgspec import Struct

from server.edge.api.availability_bodies import StandingView
from tests.running import RunningDesk
from tests.stories.test_portal import browser, submitted
from tests.stories.test_system_status import component, opened
from ticketing.adapters.field_store import SqlCustomFields
from ticketing.custom_fields import CustomField

WORKAROUND, FINDING = "Export fewer than 500 lines.", "An index was missing."


async def affected(page: httpx2.AsyncClient, incident: int, **fields: str) -> int:
    """Say without an account that the incident affects this person too."""
    assert (await page.get(f"/status/{incident}/affected")).status_code == 200
    sent = await page.post(f"/status/{incident}/affected", data=fields)
    assert sent.status_code == 200, sent.text
    return int(str(sent.url).rpartition("=")[2])


class Seen(Struct):
    """What staff see of a ticket."""

    status: str
    resolution: str | None
    flags: list[str]
    workaround: str | None
    subject: str


async def run(api: httpx2.AsyncClient, incident: int, do: str, **said: str) -> None:
    answer = await api.post(f"/api/incidents/{incident}/run", json={"do": do, **said})
    assert answer.status_code == 200, answer.text


async def done(desk: RunningDesk, api: httpx2.AsyncClient, incident: int) -> StandingView:
    """The linked tickets after the runs."""
    await desk.desk.help_center.incident_runs.sweep()
    found = msgspec.json.decode((await api.get(f"/api/incidents/{incident}/tickets")).content, type=StandingView)
    assert {one.state for one in found.runs} == {"done"}
    return found


async def ticket(api: httpx2.AsyncClient, number: int) -> Seen:
    return msgspec.json.decode((await api.get(f"/api/tickets/{number}")).content, type=Seen)


async def test_linked_tickets_go_from_workaround_to_finding_together(desk: RunningDesk) -> None:
    """The ticket of a person who answered "not fixed" stays open, with the reason. A field that people need to solve a
    ticket holds up none of them."""
    cause = CustomField(key="cause", kind="text", labels={"en": "Cause"}, needed_to_solve=True)
    await desk.desk.storage.write(lambda tx: SqlCustomFields().put_field(tx, cause))
    omar, maya = await desk.staff("Omar", role="supervisor"), await desk.staff("Maya")
    async with desk.http(omar.token) as api, desk.http(maya.token) as agent, browser(desk) as one, browser(desk) as two:
        id_ = await opened(api, "Exports are slow", "degraded", await component(api, "Exports"), banner=True)
        first = await affected(one, id_, name="Ann", email="ann@northlake.example")
        second = await affected(two, id_, name="Ben", email="ben@northlake.example", text="Since noon")
        third = await submitted(two, name="Ben", email="ben@northlake.example")
        linked = await agent.post(f"/api/incidents/{id_}/tickets", json={"ticket": third})
        assert (linked.status_code, linked.json()["counts"]) == (201, {"linked": 3})
        assert f"#{first}" in (await one.get("/status")).text
        assert (await ticket(api, second)).subject == "Exports are slow"
        await run(api, id_, "workaround", text=WORKAROUND)
        assert (await done(desk, api, id_)).counts == {"mitigated": 3}
        for number in (first, second, third):
            seen = await ticket(api, number)
            assert (seen.status, seen.workaround) == ("fixed_pending_rca", WORKAROUND)
        assert WORKAROUND in (await one.get(f"/requests/{first}")).text
        await two.post(f"/requests/{second}", data={"text": "No", "says": "not_fixed", "key": "n"})
        finding = {"do": "finding", "text": FINDING, "code": "technical"}
        early = await api.post(f"/api/incidents/{id_}/run", json=finding)
        assert early.status_code == 409, "it is open"
        await api.post(f"/api/incidents/{id_}/updates", json={"step": "resolved", "text": "It is over."})
        wrong = {**finding, "code": "configuration_request"}
        assert (await api.post(f"/api/incidents/{id_}/run", json=wrong)).status_code == 422
        await run(api, id_, "finding", text=FINDING, code="code_fix")
        left = await done(desk, api, id_)
        assert left.counts == {"closed": 2, "not_fixed": 1}
        assert [(link.ticket, link.reason) for link in left.open] == [
            (second, "The requester answered that it is not fixed.")
        ]
        states = [(await ticket(api, number)) for number in (first, second, third)]
        assert [(seen.status, seen.resolution, seen.flags) for seen in states] == [
            ("solved", "code_fix", ["fields_missing"]),
            ("open", None, ["not_fixed"]),
            ("solved", "code_fix", ["fields_missing"]),
        ]
        assert FINDING in (await one.get("/status")).text


async def test_person_has_one_ticket_for_an_incident(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        id_ = await opened(api, "Exports are slow", "degraded", await component(api, "Exports"))
        given = {"name": "Ann", "email": "ann@northlake.example"}
        assert await affected(page, id_, **given) == await affected(page, id_, **given)
        await api.post(f"/api/incidents/{id_}/updates", json={"step": "resolved", "text": "It is over."})
        assert (await page.get(f"/status/{id_}/affected")).status_code == 409


async def test_form_with_a_wrong_address_is_shown_again(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        id_ = await opened(api, "Exports are slow", "degraded", await component(api, "Exports"))
        sent = await page.post(f"/status/{id_}/affected", data={"name": "Ann", "email": "ann@", "text": "Hi"})
        assert sent.status_code == 422 and 'value="ann@"' in sent.text and "Hi" in sent.text
        assert (await api.get(f"/api/incidents/{id_}/tickets")).json()["counts"] == {}
        foreign = await page.post(f"/status/{id_}/affected", headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403


async def test_publisher_runs_an_incident_on_one_page(desk: RunningDesk) -> None:
    """Components, an incident with its banner, an update, maintenance that is cancelled, and what is wrong."""
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token, Origin=desk.origin) as page:
        page.follow_redirects = True

        async def sends(do: str, **fields: str) -> str:
            answer = await page.post("/admin/systems", data={"do": do, **fields})
            assert answer.status_code == 200, answer.text
            return answer.text

        assert "Orders" in await sends("component", name="Orders", product="", position="0")
        assert "Nobody is told until you" in await sends("state", id="1", state="degraded")
        opened_now = {"title": "Orders <are> slow", "text": "We look.", "step": "investigating", "state": "degraded"}
        html = await sends("open", **opened_now, banner="1", **{"component.1": "1"})
        assert "Orders &lt;are&gt; slow" in html and "Incident mode is on" in html
        await sends("update", id="1", step="identified", text="Found it.", next="60")
        assert "Found it." in (await page.get("/status")).text
        span = {"starts_at": "2099-01-01T22:00", "ends_at": "2099-01-02T02:00"}
        assert "Read only" in await sends("plan", title="Read only", **span, **{"component.1": "1"})
        assert "None is planned." in await sends("cancel", id="1")
        wrong = await page.post("/admin/systems", data={"do": "plan", "title": "Kept", "starts_at": "soon"})
        assert wrong.status_code == 422 and "Give a day and a time." in wrong.text and 'value="Kept"' in wrong.text
