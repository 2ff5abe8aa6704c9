"""Tickets link to issues of other systems, which report their state."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from httpx2 import Response

from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, joined
from tests.stories.test_inbox import me, said, ticket_of

URL = "https://github.com/acme/player/issues/12"


async def told(
    place: DeskInMemory, source: Frame, state: str, at: str, url: str = URL, secret: str | None = None
) -> Response:
    """What the desk answers to a message of GitHub."""
    issue = {"html_url": url, "state": state, "updated_at": f"2026-11-25T09:{at}:00Z"}
    body = json.dumps({"action": "edited", "issue": issue}).encode()
    digest = hmac.new((secret or source["secret"]).encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
    answer = await place.http("nobody's").post(f"/api/issue-sources/{source['id']}/news", content=body, headers=headers)
    await place.quiet()
    return answer


async def linked(place: DeskInMemory, by: Client, number: int, url: str = URL) -> Frame:
    answer = await place.http(by.token).post(f"/api/tickets/{number}/links", json={"url": url})
    await place.quiet()
    result: Frame = {"status": answer.status_code, **answer.json()}
    return result


async def states(place: DeskInMemory, by: Client, number: int) -> list[tuple[str, str, str | None]]:
    answer = await place.http(by.token).get(f"/api/tickets/{number}/links")
    return [(one["label"], one["state"], one["status"]) for one in answer.json()["links"]]


async def notes(place: DeskInMemory, by: Client, number: int) -> list[str]:
    ticket = (await place.http(by.token).get(f"/api/tickets/{number}")).json()
    return [one["text"] for one in ticket["transcript"] if one["type"] == "note"]


async def source_of(place: DeskInMemory, admin: str, url: str = "https://github.com/acme") -> Frame:
    answer = await place.http(admin).post("/api/issue-sources", json={"kind": "github", "url": url})
    assert answer.status_code == 201, answer.text
    found: Frame = answer.json()
    return found


async def test_closed_issue_is_told_on_the_ticket_and_to_followers_and_changes_no_status() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, mateo, tobias = await available(place, "Priya"), await joined(place, "Mateo"), await _admin(place)
        number, source = await ticket_of(place, priya), await source_of(place, tobias)
        follower = await me(place, mateo)
        await place.http(priya.token).put(f"/api/tickets/{number}/followers/{follower}")
        assert (await linked(place, priya, number))["links"][0]["kind"] == "github"
        assert (await told(place, source, "closed", "05")).status_code == 204
        assert await states(place, priya, number) == [("acme/player#12", "closed", "Closed")]
        note = "acme/player#12 was closed."
        assert (await notes(place, priya, number))[-1] == note
        assert (await said(place, mateo))[-1] == ("note", None, note)
        assert (await place.http(priya.token).get(f"/api/tickets/{number}")).json()["status"] == "open"
        (listed,) = (await place.http(tobias).get("/api/issue-sources")).json()["sources"]
        assert listed["heard_at"] is not None and "secret" not in listed

        # The same message again, and an older one that came late, change nothing.
        assert (await told(place, source, "closed", "05")).status_code == 204
        assert (await told(place, source, "open", "04")).status_code == 204
        assert (await notes(place, priya, number))[-1] == note
        await told(place, source, "open", "06")
        assert (await notes(place, priya, number))[-1] == "acme/player#12 was opened again."

        other = await ticket_of(place, priya)
        assert [one["state"] for one in (await linked(place, priya, other, f"{URL}#event"))["links"]] == ["open"]


async def test_closing_in_the_second_of_another_change_is_told_on_each_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.service.TOLD_AT_ONCE", 1)
    async with desk_in_memory(always_open()) as place:
        priya, source = await available(place, "Priya"), await source_of(place, await _admin(place))
        numbers = [await ticket_of(place, priya) for _ in range(2)]
        for number in numbers:
            await linked(place, priya, number)
        for state in ("open", "closed", "open"):
            assert (await told(place, source, state, "05")).status_code == 204
        for number in numbers:
            assert await states(place, priya, number) == [("acme/player#12", "closed", "Closed")]
            assert (await notes(place, priya, number))[-1] == "acme/player#12 was closed."


async def test_message_without_a_proof_or_of_another_organization_changes_nothing() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, tobias = await available(place, "Priya"), await _admin(place)
        number, source = await ticket_of(place, priya), await source_of(place, tobias, "https://github.com/other")
        await linked(place, priya, number)
        wrong = await told(place, source, "closed", "05", secret="a guess")
        missing = await told(place, {"id": "nobody", "secret": "x"}, "closed", "05")
        empty = await place.http("nobody's").post(f"/api/issue-sources/{source['id']}/news", content=b"")
        assert [(one.status_code, one.json()) for one in (missing, empty)] == [(401, wrong.json())] * 2
        assert (await told(place, source, "closed", "05")).status_code == 204
        assert await states(place, priya, number) == [("acme/player#12", "unknown", None)]
        too_large = await place.http("nobody's").post(
            f"/api/issue-sources/{source['id']}/news", content=b"x" * 1_048_577
        )
        assert too_large.status_code == 413


async def test_previous_secret_counts_for_a_day_after_a_rotation() -> None:
    async with desk_in_memory(always_open()) as place:
        tobias = await _admin(place)
        source = await source_of(place, tobias)
        path = f"/api/issue-sources/{source['id']}"
        rotated = (await place.http(tobias).post(f"{path}/secret")).json()
        assert [(await told(place, one, "open", "05")).status_code for one in (source, rotated)] == [204, 204]
        place.clock.forward(86_401)
        assert [(await told(place, one, "open", "05")).status_code for one in (source, rotated)] == [401, 204]
        assert (await place.http(tobias).delete(path)).status_code == 204
        assert (await told(place, rotated, "open", "05")).status_code == 401


async def test_link_is_refused_twice_for_another_team_or_on_no_issue_and_can_be_removed() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, wei = await available(place, "Priya"), await joined(place, "Wei", "prod")
        number = await ticket_of(place, priya)
        (link,) = (await linked(place, priya, number))["links"]
        assert (await linked(place, priya, number, "https://github.com/Acme/Player/issues/12?x=1"))["status"] == 409
        assert (await linked(place, priya, number, "javascript:alert(1)"))["fields"]["url"]
        assert (await linked(place, wei, number))["status"] == 404
        path = f"/api/tickets/{number}/links/{link['id']}"
        assert (await place.http(wei.token).delete(path)).status_code == 404
        assert (await place.http(priya.token).delete(path)).json() == {"links": []}
        assert (await place.http(priya.token).delete(path)).status_code == 404
        assert (await notes(place, priya, number))[-2:] == [
            f"Linked to acme/player#12: {URL}",
            "Removed the link to acme/player#12.",
        ]


async def _admin(place: DeskInMemory) -> str:
    _, token = await place.enrol("Tobias", teams=(), role="admin")
    return token
