"""Every page and every call of reports: none shows what people wrote, and hostile names stay text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from urllib.parse import parse_qsl

import pytest
from markupsafe import escape
from sqlalchemy import update
from sqlmodel import col

from identity.adapters.tables import ClientRow
from reports.adapters.tables import StepFactRow
from reports.drill import METRICS
from reports.tables import NAMES
from storage.ports import Tx
from tests.browser.injections import INJECTIONS
from tests.running import enrol
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.matrix import HTTP, PAGES
from tests.stories.people_in_memory import always_open, available, begun, joined, passed
from tests.stories.test_reviews import DAY, NOON, asked, closed, judged, next_day
from widgets.reports.behind import LIMITS

PREFIXES = ("GET /reports", "GET /api/reports", "GET /api/agents/{id}/timeline")
PLACES = [
    row.what.removeprefix("GET ")
    for row in (*PAGES, *HTTP)
    # The link of the weekly mail shows no report.
    if row.what.startswith(PREFIXES) and "{token}" not in row.what
]
LISTS = ("/reports/list", "/api/reports/tickets", "/api/reports/tickets.csv")
FIGURES = ("/reports", "/api/reports/overview", "/api/reports/definitions", "/api/reports/{name}.csv")
"""Of these an admin gets an answer. Lists and the days of agents are not for admins."""
DAYS = {"from": "2026-11-24", "last": "2026-11-26"}
"""The period, as pages have it in their address."""
PARAMETERS = ("from", "last", "team", "agent", "product", "channel", *LIMITS, "metric", "after", "day")
CANARY = "kanarie 8c2e"
HOSTILE = [one for one in INJECTIONS if len(one) <= 80][::19][:8]


def addresses(agent: str, ticket: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each page and each call as (its place, its path, its query)."""
    for place in PLACES:
        path, query = place.replace("{id}", agent).replace("{number}", str(ticket)), query_of(place)
        if place in LISTS:
            yield from ((place, path, {**query, "metric": metric}) for metric in METRICS)
        elif "{name}" in place:
            yield from ((place, path.replace("{name}", name), query) for name in NAMES)
        else:
            yield place, path, query


def query_of(place: str) -> dict[str, str]:
    if "{id}" in place:
        return {"day": DAY}
    if place.endswith("definitions") or "{number}" in place:
        return {}
    return {"from": "2026-11-24", "to": "2026-11-27"} if place.startswith("/api/") else DAYS


async def counted(place: DeskInMemory) -> None:
    await place.settle(after_a_while=False)
    await place.desk.report_counting.sweep()


@pytest.mark.parametrize("role", ["supervisor", "agent", "admin"])
async def test_no_report_shows_what_customers_and_agents_wrote(role: str) -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        await customer.command("message.send", chat=chat, text=f"{CANARY} said")
        await agent.command("note.add", chat=chat, text=f"{CANARY} noted")
        async with place.http(agent.token) as http:
            file = await http.post("/api/files", files={"file": (f"{CANARY}.txt", b"plan")})
        await agent.command("message.send", chat=chat, text=f"{CANARY} answered", files=[file.json()["id"]])
        solved = {"status": "solved", "resolution": "support_question", "subject": f"{CANARY} subject"}
        await agent.command("chat.close", chat=chat, **solved)
        await counted(place)
        number = (await asked(place, agent, "GET", "/api/tickets"))["tickets"][0]["number"]
        reader = agent.token
        if role != "agent":
            _, reader = await place.enrol("Zoe", role=role, teams=("media",) if role == "supervisor" else ())
        async with place.http(reader) as http:
            for name, path, query in addresses(agent.peer.person, number):
                shown = await http.get(path, params=query)
                expected = 403 if role == "admin" and name not in FIGURES else 200
                assert (path, query, shown.status_code) == (path, query, expected)
                assert CANARY not in shown.text, (path, query)


async def test_hostile_texts_stay_text_on_every_page_of_reports() -> None:
    """Names of an agent, a supervisor and a client, the reason of a status, feedback and its answer, and parameters."""
    agent_name, boss_name, client_name, reason, feedback, answer, *others = HOSTILE
    async with desk_in_memory(always_open(), NOON) as place:
        id_, token = await enrol(place.desk.storage, "pri@desk.example", agent_name)
        _, boss = await enrol(place.desk.storage, "sue@desk.example", boss_name, "supervisor")
        agent = await place.staff(token)
        await agent.command("presence.set", status="available")
        number = await closed(place, agent, "training_suggested")
        await agent.command("presence.set", status="away", reason=reason)
        await passed(place, 600)
        await next_day(place)
        assert "refused" not in await judged(place, boss, number, {"verdict": "confirmed", "feedback": feedback})
        (given,) = (await asked(place, agent, "GET", "/api/reviews/feedback"))["items"]
        told = {"review": given["id"], "text": answer}
        assert await asked(place, agent, "POST", f"/api/tickets/{number}/review/answer", told) == {}
        await counted(place)
        await place.desk.storage.write(lambda tx: solved_for(tx, client_name))
        pages = []
        async with place.http(boss) as http:
            for name, path, query in addresses(id_, number):
                if not name.startswith("/api/"):
                    pages.append(await http.get(path, params=query))
            for path in ("/reports", "/reports/list", f"/reports/agents/{id_}", f"/reports/tickets/{number}"):
                for text in others:
                    pages += [await http.get(path, params=dict.fromkeys(PARAMETERS, text))]
                    pages += [await http.get(path, params={**DAYS, name: text}) for name in PARAMETERS]
    shown = "".join(page.text for page in pages)
    # A page of figures answers 422 if one of the days makes its period empty.
    assert {page.status_code for page in pages} <= {200, 303, 422}
    assert [text for text in HOSTILE if text in shown] == []
    assert [text for text in HOSTILE[:6] if str(escape(text)) not in shown] == []


async def test_intervals_of_a_ticket_cover_its_life_without_a_gap() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        _, chat = await begun(place)
        await passed(place, 30)
        await agent.command("message.send", chat=chat, text="One moment")
        await passed(place, 60)
        number = (await agent.command("chat.close", chat=chat, status="open"))["ticket"]
        await passed(place, 3600)
        await counted(place)
        found = (await asked(place, agent, "GET", f"/api/reports/tickets/{number}"))["intervals"]
        async with place.http(agent.token) as http:
            page = (await http.get(f"/reports/tickets/{number}")).text
            (link,) = re.findall(r'href="([^"]+)" download', page)
            file = list(csv.DictReader((await http.get(link)).text.splitlines()))
    assert [(one["kind"], one["seconds"], one["until_utc"], one["agent"]) for one in file] == [
        (one["kind"], str(one["seconds"]), one["until"] or "", "Priya") for one in found
    ]
    assert [(one["kind"], one["seconds"], one["chat"] == chat) for one in found] == [
        ("waiting_for_agent", 30, True),
        ("waiting_for_customer", 60, True),
        ("open", 3600, False),
    ]
    assert all(one["until"] == after["since"] for one, after in pairwise(found))
    assert found[-1]["until"] is None
    assert f"Intervals of #{number}" in page and "Chat waited for the agent" in page and "Priya" in page
    assert "No wait in a chat was longer than its goal." in page


async def test_intervals_of_a_late_ticket_say_what_was_late_and_lead_back_to_the_list() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        customer, chat = await begun(place)
        await agent.command("message.send", chat=chat, text="One moment")
        await customer.command("message.send", chat=chat, text="Are you there?")
        await passed(place, 348)
        await agent.command("message.send", chat=chat, text="Here it is")
        number = (await agent.command("chat.close", chat=chat, status="solved", resolution="data_fix"))["ticket"]
        await counted(place)
        supervisor = await joined(place, "Ines", role="supervisor")
        query = {"metric": "answered", "from": DAY, "last": DAY, "team": "media"}
        async with place.http(supervisor.token) as http:
            listed = (await http.get("/reports/list", params=query)).text
            (link,) = {unescape(one) for one in re.findall(r'href="(/reports/tickets/[^"]+)"', listed)}
            page = (await http.get(link)).text
            plain = (await http.get(f"/reports/tickets/{number}")).text
            report = (await http.get("/reports", params={"from": DAY, "last": DAY, "team": "media"})).text
    assert link.partition("?")[0] == f"/reports/tickets/{number}"
    assert '<b>Next response</b> took 5:48, <b class="bad">0:48 longer</b> than the goal of 5:00' in page
    assert re.search(r"\d\d:05:48<", page)
    back = re.search(r'href="(/reports/list[^"]+)">Back to: Chats answered<', page)
    assert back is not None and dict(parse_qsl(unescape(back[1]).partition("?")[2])) == query
    assert "Back to" not in plain
    assert 'class="print-only"><b>Team: <bdi>Media</bdi></b>, Nov' in report and "on this page" not in listed


def solved_for(tx: Tx, name: str) -> None:
    """Let the solved tickets be those of a new client with this name."""
    tx.session.add(ClientRow(id="c1", name=name, name_key="c1", created_at=0))
    tx.session.connection().execute(update(StepFactRow).where(col(StepFactRow.kind) == "solved").values(client="c1"))
