"""System availability on a running desk: what people, feed readers, calendars and monitors get."""

from __future__ import annotations

import httpx2

from availability.states import State
from tests.running import RunningDesk
from tests.stories.test_accounts import signed_up
from tests.stories.test_portal import browser

EVIL = '<script>alert(1)</script> & "exports"'


async def component(api: httpx2.AsyncClient, name: str, product: str = "") -> int:
    answer = await api.post("/api/components", json={"name": name, "product": product})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def opened(api: httpx2.AsyncClient, title: str, state: State, *components: int, banner: bool = False) -> int:
    affects = [{"component": id_, "state": state} for id_ in components]
    body = {"title": title, "text": "We look into it.", "effect": "No data is lost.", "affects": affects}
    answer = await api.post("/api/incidents", json={**body, "banner": banner})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def planned(api: httpx2.AsyncClient, title: str, *components: int) -> int:
    span = {"starts_at": "2099-11-28T04:00:00.000Z", "ends_at": "2099-11-28T08:00:00.000Z"}
    answer = await api.post("/api/maintenances", json={"title": title, "components": list(components), **span})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def said(page: httpx2.AsyncClient, path: str = "/status") -> str:
    answer = await page.get(path)
    assert answer.status_code == 200
    return answer.text


async def test_incident_is_read_from_banner_to_history(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        slow = await component(api, "Exports")
        await component(api, "Sign-in")
        assert "Everything is available" in await said(page) and "p-banner" not in await said(page, "/")
        id_ = await opened(api, "Exports are slow", "degraded", slow, banner=True)
        # /status has the headline itself.
        for path, banners in (("/", 1), ("/contacts", 1), ("/status", 0)):
            html = await said(page, path)
            assert html.count('class="p-banner"') == html.count("We are looking into it.") == banners, path
            assert html.count("Exports are slow") >= 2, "in the banner and in the foot"
        assert 'href="/admin/systems"' in await said(api) and "/admin/systems" not in await said(page)
        html = await said(page)
        # Without an account, the button opens the form instead of sending an empty one.
        assert f'<a class="btn" href="/status/{id_}/affected"' in html
        assert "Everything else is available." in html and "No data is lost." in html and "Slow" in html
        update = {"step": "identified", "text": "Found it.", "next_update_at": "2099-01-01T00:00:00.000Z"}
        assert (await api.post(f"/api/incidents/{id_}/updates", json=update)).status_code == 201
        html = await said(page)
        assert html.index("Found it.") < html.index("We look into it.") and "Next update by" in html
        assert "Next update by <time datetime=" in html and "&lt;time" not in html
        assert (await api.patch(f"/api/incidents/{id_}", json={"banner": False})).json()["banner"] is False
        assert "p-banner" not in await said(page, "/")
        over = {"step": "resolved", "text": "It is over."}
        assert (await api.post(f"/api/incidents/{id_}/updates", json=over)).status_code == 201
        html = await said(page)
        assert "Everything is available" in html and "What happened" in html and "It is over." in html


async def test_state_for_other_programs_is_in_the_form_of_statuspage(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        slow, fine = await component(api, "Exports"), await component(api, "Sign-in")
        await opened(api, "Exports are down", "major_outage", slow)
        await planned(api, "Read only", fine)
        found = (await page.get("/status.json")).json()
    assert set(found) == {"page", "status", "components", "incidents", "scheduled_maintenances"}
    assert found["status"] == {"indicator": "critical", "description": "Major System Outage"}
    assert [(one["name"], one["status"]) for one in found["components"]] == [
        ("Exports", "major_outage"),
        ("Sign-in", "operational"),
    ]
    (incident,), (work,) = found["incidents"], found["scheduled_maintenances"]
    assert (incident["status"], incident["impact"]) == ("investigating", "critical")
    assert [one["body"] for one in incident["incident_updates"]] == ["We look into it."]
    assert [one["name"] for one in incident["components"]] == ["Exports"]
    assert (work["status"], work["scheduled_for"]) == ("scheduled", "2099-11-28T04:00:00.000Z")


async def test_unchanged_documents_are_not_sent_again(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        one = await component(api, "Exports")
        for path in ("/status.json", "/status.atom", "/maintenance.ics"):
            first = await page.get(path)
            assert first.headers["cache-control"] == "public, max-age=30"
            again = await page.get(path, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        before = (await page.get("/status.json")).headers["etag"]
        await opened(api, "Exports are slow", "degraded", one)
        changed = await page.get("/status.json", headers={"If-None-Match": before})
        assert changed.status_code == 200


async def test_monitor_sets_a_state_and_is_offered_an_incident(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        one = await component(api, "Exports")
        down = (await api.patch(f"/api/components/{one}", json={"state": "major_outage"})).json()
        assert (down["component"]["state"], down["offers_incident"]) == ("major_outage", True)
        assert "Exports: down" in await said(page)
        up = (await api.patch(f"/api/components/{one}", json={"state": "operational"})).json()
        assert (up["component"]["state"], up["offers_incident"]) == ("operational", False)


async def test_texts_of_incidents_are_only_texts(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        one = await component(api, EVIL[:80])
        await opened(api, EVIL, "degraded", one, banner=True)
        for path in ("/", "/status"):
            html = await said(page, path)
            assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)" in html


async def test_reader_follows_all_systems_or_one_on_the_page(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api:
        await component(api, "Sign-in")
        evil = await component(api, EVIL)
        page = await signed_up(desk)
        page.follow_redirects = True
        form = {"do": "follow", "what": "new_and_updates", "how": "at_once", "next": "/status"}
        shown = (await page.get("/status")).text
        assert 'class="follow"' in shown and "(Following)" not in shown and EVIL not in shown
        back = await page.post("/following", data=form | {"kind": "system", "key": "all"})
        assert back.url.path == "/status" and 'class="follow on"' in back.text
        back = await page.post("/following", data=form | {"kind": "component", "key": str(evil)})
        assert back.url.path == "/status" and back.text.count("(Following)") == 1
        assert f'<option value="{evil}">&lt;script&gt;' in back.text


async def test_widget_shows_the_incident_above_its_form(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api, browser(desk) as page:
        slow = await component(api, "Exports")
        assert 'id="incident"' not in await said(page, "/widget")
        id_ = await opened(api, EVIL, "degraded", slow, banner=True)
        html = await said(page, "/widget")
        assert 'id="incident"' in html and f"/status#incident-{id_}" in html
        assert "We are looking into it." in html and EVIL not in html and "&lt;script&gt;" in html
        french = await said(page, "/widget?locale=fr")
        assert 'id="incident"' in french and "We are looking into it." not in french
        assert f'href="/status/{id_}/affected"' in html
        assert (await api.patch(f"/api/incidents/{id_}", json={"banner": False})).status_code == 200
        assert 'id="incident"' not in await said(page, "/widget")


async def test_banner_says_that_an_incident_is_over_until_it_is_taken_down(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token, Origin=desk.origin) as api, browser(desk) as stranger:
        reader = await signed_up(desk)
        id_ = await opened(api, EVIL, "degraded", await component(api, "Exports"), banner=True)
        sent = await reader.post(f"/status/{id_}/affected", data={"text": ""})
        number = sent.headers["Location"].partition("=")[2]
        assert (await reader.get("/")).text.count(f'href="/requests/{number}"') >= 1
        over = {"step": "resolved", "text": "It is over."}
        assert (await api.post(f"/api/incidents/{id_}/updates", json=over)).status_code == 201
        for page, has_ticket in ((reader, True), (stranger, False)):
            html = await said(page, "/contacts")
            assert 'class="p-banner ok"' in html and "Back to normal since" in html
            assert EVIL not in html and "&lt;script&gt;" in html
            assert (f'href="/requests/{number}"' in html) is has_ticket
        widget = await said(stranger, "/widget")
        assert "Back to normal since" in widget and f"/status/{id_}/affected" not in widget
        assert [one["id"] for one in (await api.get("/api/incidents?state=in_banner")).json()["incidents"]] == [id_]
        admin = (await api.get("/admin/systems")).text
        assert "the banner says that everything is back to normal" in admin
        assert (await api.post("/admin/systems", data={"do": "banner_off", "id": str(id_)})).status_code == 303
        assert "p-banner" not in await said(stranger, "/contacts")
        assert (await api.get("/api/incidents?state=in_banner")).json()["incidents"] == []


async def test_monitor_token_reports_states_and_incidents_and_nothing_else(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    people = desk.desk.people
    token = await desk.desk.storage.write(
        lambda tx: people.identity.create_token(tx, "omar@desk.example", desk.clock(), scopes=["monitor"])
    )
    async with desk.http(omar.token) as api, desk.http(token, Origin=desk.origin) as monitor:
        id_ = await component(api, "Exports")
        changed = await monitor.patch(f"/api/components/{id_}", json={"state": "major_outage"})
        assert changed.json()["offers_incident"] is True
        incident = await opened(monitor, "Exports are down", "major_outage", id_, banner=True)
        over = {"step": "resolved", "text": "It is over."}
        assert (await monitor.post(f"/api/incidents/{incident}/updates", json=over)).status_code == 201
        barred = [
            await monitor.patch(f"/api/components/{id_}", json={"state": "degraded", "name": "Other"}),
            await monitor.patch(f"/api/components/{id_}", json={"retired": True}),
            await monitor.post("/api/components", json={"name": "Other"}),
            await monitor.patch(f"/api/incidents/{incident}", json={"banner": False}),
            await monitor.post(f"/api/incidents/{incident}/run", json={"do": "stop"}),
            await monitor.get("/api/tickets"),
        ]
        assert [answer.status_code for answer in barred] == [403] * len(barred)
        assert (await monitor.get("/admin/systems")).status_code == 303
        sent = await monitor.post("/admin/systems", data={"do": "component", "name": "Other"})
        assert "/sign-in" in sent.headers["Location"]
        assert [one["name"] for one in (await api.get("/api/components")).json()["components"]] == ["Exports"]


async def test_pages_need_the_scopes_of_a_token(desk: RunningDesk) -> None:
    await desk.staff("Omar", role="supervisor")
    people = desk.desk.people
    token = await desk.desk.storage.write(
        lambda tx: people.identity.create_token(tx, "omar@desk.example", desk.clock(), scopes=["read"])
    )
    async with desk.http(token, Origin=desk.origin) as page:
        assert (await page.get("/admin/systems")).status_code == 200
        sent = await page.post("/admin/systems", data={"do": "component", "name": "Other"})
        assert "/sign-in" in sent.headers["Location"]
        assert (await page.get("/api/components")).json()["components"] == []


async def test_next_update_in_the_past_is_refused_by_its_name(desk: RunningDesk) -> None:
    omar = await desk.staff("Omar", role="supervisor")
    async with desk.http(omar.token) as api:
        body = {"title": "Slow", "text": "We look.", "next_update_at": "2001-01-01T00:00:00.000Z"}
        answer = await api.post("/api/incidents", json=body)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["next_update_at"])
