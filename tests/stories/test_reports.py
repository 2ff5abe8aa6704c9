"""Reports: what the figures of a period say about chats, who may read them, and that every split adds up."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import httpx2
import pytest

from availability.adapters.tables import IncidentRow
from reports.adapters.store import SqlReports
from reports.cells import Cell
from reports.tally import counted
from server.live.reports.report_counting import Recounted
from storage.ports import Tx
from tests.running import Frame, enrol
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined, passed


async def got(place: DeskInMemory, token: str | None, path: str, **query: str) -> httpx2.Response:
    await place.settle(after_a_while=False)
    await place.desk.report_counting.sweep()
    async with place.http(token or "") as http:
        return await http.get(f"/api/reports/{path}", params=_of_today(place) | query)


def _of_today(place: DeskInMemory) -> dict[str, str]:
    """The three days around today, in case the day in New York is another."""
    today = datetime.fromtimestamp(place.clock() / 1000, UTC).date()
    return {"from": str(today - timedelta(days=1)), "to": str(today + timedelta(days=2))}


async def overview(place: DeskInMemory, token: str | None, **query: str) -> Frame:
    found = await got(place, token, "overview", **query)
    assert found.status_code == 200, found.text
    shown: Frame = found.json()
    return shown


async def answered(place: DeskInMemory, agent: Client, replies_s: int = 30) -> str:
    _, chat = await begun(place)
    await passed(place, replies_s)
    await agent.command("message.send", chat=chat, text="Good morning")
    await passed(place, 60)
    await agent.command("chat.close", chat=chat, status="solved", resolution="support_question")
    return chat


async def test_overview_of_an_answered_and_an_abandoned_chat_counts_both() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya", capacity=1)
        await answered(place, pri)
        await pri.command("presence.set", status="away", reason="lunch")
        customer, chat = await begun(place)
        await customer.command("chat.end", chat=chat)
        shown = await overview(place, sue.token)
        figures = shown["figures"]
        assert [figures[name] for name in ("offered", "answered", "abandoned", "missed", "void")] == [2, 1, 1, 0, 0]
        assert figures["wait_s"] == {"count": 1, "median": 0, "p90": None, "mean": 0, "within": 1.0}
        assert figures["first_response_s"]["median"] == 30
        assert figures["handle_s"]["median"] == pytest.approx(90, rel=1 / 16)
        assert [(part["key"], part["figures"]["answered"]) for part in shown["by_agent"]] == [
            ("", 0),
            (pri.peer.person, 1),
        ]
        assert [(part["key"], part["count"]) for part in shown["by_code"]] == [("support_question", 1)]
        assert sum(day["figures"]["offered"] for day in shown["by_day"]) == 2
        assert sum(hour["offered"] for hour in shown["by_hour"]) == 2


async def test_lists_and_tables_have_what_the_figures_count() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya")
        chats = [await answered(place, pri) for _ in range(2)]
        behind = (await got(place, sue.token, "tickets", metric="answered")).json()
        assert [(row["chat"], row["agent"]) for row in behind["rows"]] == [(chat, pri.peer.person) for chat in chats]
        assert behind["count"] == (await overview(place, sue.token))["figures"]["answered"] == 2
        solved = (await got(place, sue.token, "tickets", metric="solved", code="support_question")).json()
        assert (solved["count"], solved["next"]) == (2, None)
        table = await got(place, sue.token, "agents.csv")
        # The file is named after the last day, as the page has it.
        last = date.fromisoformat(_of_today(place)["to"]) - timedelta(days=1)
        assert table.headers["Content-Disposition"].endswith(f'-{last}.csv"')
        rows = list(csv.DictReader(io.StringIO(table.text)))
        assert [(row["name"], row["answered"], row["solved"]) for row in rows] == [("", "0", "0"), ("Priya", "2", "2")]


async def test_figures_are_of_the_readers_teams_only() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", "prod", role="supervisor")
        pri, bo = await available(place, "Priya"), await available(place, "Bo", "prod")
        await answered(place, pri)
        shown = await overview(place, sue.token)
        assert (shown["figures"]["offered"], shown["figures"]["created"], shown["by_agent"]) == (0, 0, [])
        assert (await overview(place, pri.token))["figures"]["answered"] == 1
        assert (await overview(place, bo.token))["figures"]["answered"] == 0
        for query in ({"team": "media"}, {"agent": pri.peer.person}, {"team": "nowhere"}, {"from": "2030-01-01"}):
            assert (await got(place, sue.token, "overview", **query)).status_code == 422, query


async def test_recount_of_what_was_counted_finds_no_difference_and_mends_one() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya")
        await answered(place, pri)
        before = await overview(place, sue.token)
        counting = place.desk.report_counting
        assert await counting.recount() == Recounted(1, 0, 0)
        spoiled = Cell("day", before_day(before), "media", "team", "")
        await place.desk.storage.write(lambda tx: SqlReports().add(tx, {spoiled: counted("offered", 5)}))
        assert (await overview(place, sue.token))["figures"]["offered"] == 6
        assert await counting.recount() == Recounted(1, 0, 1)
        assert (await overview(place, sue.token))["figures"] == before["figures"]


def before_day(shown: Frame) -> int:
    return date.fromisoformat(shown["by_day"][0]["day"]).toordinal()


async def test_later_code_and_rating_replace_what_was_counted() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya")
        customer, chat = await begun(place)
        await pri.command("message.send", chat=chat, text="Good morning")
        await pri.command("chat.close", chat=chat, status="solved", resolution="support_question")
        assert (await overview(place, sue.token))["figures"]["handle_s"]["count"] == 1
        async with place.http(pri.token) as http:
            assert (await http.patch("/api/tickets/1", json={"resolution": "void"})).status_code == 200
        shown = await overview(place, sue.token)
        assert [(part["key"], part["count"]) for part in shown["by_code"]] == [("void", 1)]
        assert (shown["figures"]["void"], shown["figures"]["handle_s"]["count"]) == (1, 0)
        await customer.command("chat.rate", chat=chat, score=4)
        figures = (await overview(place, sue.token))["figures"]
        assert (figures["void"], figures["rating"]["average"], figures["handle_s"]["count"]) == (0, 4.0, 1)


async def test_day_of_an_agent_shows_status_and_chats_in_lanes() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri, bo = await available(place, "Priya"), await available(place, "Bo", "prod")
        chat = await answered(place, pri)
        await place.desk.report_counting.sweep()
        async with place.http(sue.token) as http:
            found = await http.get(f"/api/agents/{pri.peer.person}/timeline")
            assert (await http.get(f"/api/agents/{bo.peer.person}/timeline")).status_code == 404
        day = found.json()
        assert [(one["chat"], one["lane"]) for one in day["chats"]] == [(chat, 0)]
        assert {span["state"] for span in day["chats"][0]["spans"]} == {"waiting_for_agent", "waiting_for_customer"}
        assert {state["status"] for state in day["states"]} == {"available"}
        async with place.http(bo.token) as http:
            assert (await http.get(f"/api/agents/{pri.peer.person}/timeline")).status_code == 404
            assert (await http.get(f"/api/agents/{bo.peer.person}/timeline")).json()["chats"] == []


async def test_backlog_has_the_tickets_that_are_not_solved_by_status_and_age(database_url: str | None) -> None:
    async with desk_in_memory(always_open(), database_url=database_url) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya")
        await answered(place, pri)
        customer, chat = await begun(place)
        await customer.command("chat.end", chat=chat)
        await passed(place, 2 * 86_400)
        await pri.command("presence.set", status="available")
        _, chat = await begun(place)
        await pri.command("chat.close", chat=chat, status="open", **{"with": "product"})
        parts = {part["status"]: part["by_age"] for part in (await overview(place, sue.token))["backlog"]}
        assert parts == {
            "open": [0, 0, 1, 0, 0, 0, 0],
            "with_product": [1, 0, 0, 0, 0, 0, 0],
            "awaiting_reply": [0] * 7,
            "fixed_pending_rca": [0] * 7,
        }
        behind = (await got(place, sue.token, "tickets", metric="backlog", status="open", age="2")).json()
        assert [row["ticket"] for row in behind["rows"]] == [2]
        rows = list(csv.DictReader(io.StringIO((await got(place, sue.token, "backlog.csv")).text)))
        assert [(row["status"], row["age_2"], row["all"]) for row in rows][:2] == [
            ("open", "1", "1"),
            ("with_product", "0", "1"),
        ]
        bo = await joined(place, "Bo", "prod", role="supervisor")
        assert all(sum(part["by_age"]) == 0 for part in (await overview(place, bo.token))["backlog"])
        assert (await got(place, bo.token, "tickets", metric="backlog")).json()["count"] == 0


async def test_list_refuses_a_limit_that_does_not_belong_to_its_metric() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", role="supervisor")
        for query in (
            {"metric": "offered", "status": "open"},
            {"metric": "created", "hour": "3"},
            {"metric": "offered", "age": "1"},
            {"metric": "backlog", "age": "7"},
            {"metric": "backlog", "code": "void"},
            {"metric": "solved", "order": "longest"},
        ):
            assert (await got(place, sue.token, "tickets", **query)).status_code == 422, query


async def test_each_number_of_the_page_leads_to_a_list_with_that_many_rows(database_url: str | None) -> None:
    async with desk_in_memory(always_open(), database_url=database_url) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya", capacity=1)
        for replies_s in (200, 220):
            await answered(place, pri, replies_s=replies_s)
        async with place.http(pri.token) as http:
            assert (await http.patch("/api/tickets/1", json={"status": "open"})).status_code == 200
        await place.settle(after_a_while=False)
        await place.desk.report_counting.sweep()
        days = _of_today(place)
        async with place.http(sue.token) as http:
            shown = (await http.get("/reports", params={"from": days["from"], "last": days["to"]})).text
            links = re.findall(r'<a href="(/reports/list\?[^"]+)">([0-9,]+)</a>', shown)
            metrics = {metric for path, _ in links for metric in re.findall("metric=([a-z_]+)", path)}
            assert metrics >= {"offered", "answered", "solved", "reopened", "backlog"}
            for path, number in links:
                listed = (await http.get(html.unescape(path))).text
                assert f">{number} row" in listed, path
            # The share in goal of a team leads to its late chats.
            (late,) = re.findall(r'href="([^"]+team=media&amp;metric=first_response_late)">0\.0', shown)
            listed = (await http.get(html.unescape(late))).text
            assert ">2 rows" in listed and 'id="status-part"' in listed
            (longest,) = re.findall(r'href="([^"]+)">Longest first<', listed)
            listed = (await http.get(html.unescape(longest))).text
            assert re.findall(r">3:[0-9]{2}<", listed) == [">3:40<", ">3:20<"]
            (file,) = re.findall(r'href="([^"]+)" download>CSV<', listed)
            rows = list(csv.DictReader(io.StringIO((await http.get(html.unescape(file))).text)))
            assert [(row["agent"], row["seconds"]) for row in rows] == [("Priya", "220"), ("Priya", "200")]
            late_ones = {"metric": "first_response_late", "order": "longest", **days}
            listed_by_call = (await got(place, sue.token, "tickets", **late_ones)).json()["rows"]
            assert [row["seconds"] for row in listed_by_call] == [220, 200]
            exported = await got(place, sue.token, "tickets.csv", **late_ones)
            assert [row["seconds"] for row in csv.DictReader(io.StringIO(exported.text))] == ["220", "200"]
            usual = (await http.get("/reports")).text
            assert re.findall(r'aria-current="true">([^<]+)<', usual) == ["Last 28 days"]
            (week,) = re.findall(r'<a href="([^"]+)">Last 7 days<', usual)
            assert re.findall(r'aria-current="true">([^<]+)<', (await http.get(html.unescape(week))).text) == [
                "Last 7 days"
            ]


async def test_promised_waits_hints_duplicates_and_statuses_are_counted_and_listed(database_url: str | None) -> None:
    async with desk_in_memory(always_open(), database_url=database_url) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya")
        await answered(place, pri)
        _, chat = await begun(place)
        await pri.command("chat.close", chat=chat, status="open")
        await passed(place, 3_600)
        async with place.http(pri.token) as http:
            change = {"status": "solved", "resolution": "duplicate", "duplicate_of": 1}
            assert (await http.patch("/api/tickets/2", json=change)).status_code == 200
            change = {"status": "solved", "resolution": "no_issue"}
            assert (await http.patch("/api/tickets/1", json=change)).status_code == 200
        shown = await overview(place, sue.token)
        figures = shown["figures"]
        assert (figures["duplicates"], figures["no_issue"], figures["training_suggested"]) == (1, 1, 0)
        assert figures["promised_wait"]["count"] == 2
        assert figures["promised_wait"]["kept"] == 1.0
        assert [(part["told_from_s"], part["promised"]["count"]) for part in shown["by_told"]] == [(0, 2)]
        assert figures["time_in_status"]["open"] == {"count": 1, "seconds": 3_600}
        assert sum(shown["handle_by_10_min"]) == figures["handle_s"]["count"]
        assert shown["hints"] == {"clients": [], "products": [{"product": None, "hints": 1}]}
        for metric, query in (("open_time", {}), ("promised", {"told": "0"}), ("solved", {"code": "duplicate"})):
            listed = (await got(place, sue.token, "tickets", metric=metric, **query)).json()
            assert listed["rows"][-1]["ticket"] == 2, metric
        assert (await got(place, sue.token, "tickets", metric="promise_broken")).json()["count"] == 0
        rows = list(csv.DictReader(io.StringIO((await got(place, sue.token, "statuses.csv")).text)))
        assert [(row["status"], row["stays"], row["time_s"]) for row in rows if row["stays"] != "0"] == [
            ("open", "1", "3600")
        ]
        for name in ("promises", "hints"):
            assert (await got(place, sue.token, f"{name}.csv")).status_code == 200


async def test_targets_of_service_levels_are_counted_by_team_and_day_and_listed(database_url: str | None) -> None:
    async with desk_in_memory(always_open(), database_url=database_url) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await joined(place, "Priya")
        _, ada = await enrol(place.desk.storage, "ada@desk.example", "Ada", "admin", ())
        async with place.http(ada) as admin, place.http(pri.token) as http:
            nothing = (await admin.get("/reports")).text
            assert "No target of a service level ended in this period." in nothing
            policy = {"name": "All", "first_reply": 60, "resolution": 120}
            assert (await admin.post("/api/sla-policies", json=policy)).status_code == 201
            wanted = {"team": "media", "text": "It fails", "requester": {"email": "ana@northlake.example"}}
            for number in (1, 2):
                assert (await http.post("/api/tickets", json=wanted)).status_code == 201
                await passed(place, 3_599 if number == 1 else 7_300)
                said = {"text": "Try again", "public": True, "status": "open"}
                assert (await http.post(f"/api/tickets/{number}/replies", json=said)).status_code == 200
            solved = {"status": "solved", "resolution": "set_up"}
            assert (await http.patch("/api/tickets/2", json=solved)).status_code == 200
            # A merged ticket counts as answered, but not as solved in time. The other one is late by now.
            assert (await http.post("/api/tickets", json=wanted)).status_code == 201
            assert (await http.post("/api/tickets/3/merge", json={"into": 1})).status_code == 200
        assert {one["kind"] for one in sue.heard("alarm")} <= {"unstaffed"}, "other alarms are about chats that wait"
        shown = await overview(place, sue.token)
        assert shown["late_now"] == [{"team": "media", "tickets": 1}]
        levels = {
            "first_reply": {"met": 2, "missed": 1},
            "next_reply": {"met": 0, "missed": 0},
            "resolution": {"met": 0, "missed": 1},
        }
        assert shown["figures"]["service_levels"] == levels
        assert [part["figures"]["service_levels"] for part in shown["by_team"]] == [levels]
        for metric, tickets in (
            ("late_now", [1]),
            ("first_reply_met", [1, 3]),
            ("first_reply_missed", [2]),
            ("resolution_missed", [2]),
        ):
            listed = (await got(place, sue.token, "tickets", metric=metric)).json()
            assert [row["ticket"] for row in listed["rows"]] == tickets, metric
        rows = list(csv.DictReader(io.StringIO((await got(place, sue.token, "service_levels.csv")).text)))
        assert [(row["team"], row["target"], row["met"], row["missed"], row["share"]) for row in rows][2:4] == [
            ("media", "first_reply", "2", "1", "0.6667"),
            ("media", "resolution", "0", "1", "0.0"),
        ]
        late = list(csv.DictReader(io.StringIO((await got(place, sue.token, "late_now.csv")).text)))
        assert late == [{"team": "media", "name": "Media", "tickets": "1"}]
        async with place.http(sue.token) as http:
            days = _of_today(place)
            text = (await http.get("/reports", params={"from": days["from"], "last": days["to"]})).text
        words = " ".join(re.sub("<[^>]*>", " ", text).split())
        assert "50.0 % of 4 targets met" in words
        assert "Late now ? Media 1" in words


async def test_incidents_of_the_period_are_reported_whatever_the_filters(database_url: str | None) -> None:
    async with desk_in_memory(always_open(), database_url=database_url) as place:
        sue = await joined(place, "Sue", "media", role="supervisor")
        days_ago: tuple[tuple[int, int | None], ...] = ((9, 8), (1, None), (9, 0), (-9, None))
        for number, (began, ended) in enumerate(days_ago):
            moments = [None if days is None else place.clock() - days * 86_400_000 for days in (began, ended)]
            await place.desk.storage.write(partial(happened, title=f"Incident {number}", moments=moments))
        shown = (await overview(place, sue.token, product="Lumina"))["incidents"]
        assert [(one["title"], one["ended_at"] is None) for one in shown] == [
            ("Incident 2", False),
            ("Incident 1", True),
        ]


def happened(tx: Tx, title: str, moments: list[int | None]) -> None:
    began, ended = moments[0] or 0, moments[1]
    tx.session.add(
        IncidentRow(
            title=title,
            effect="",
            step="investigating",
            began_at=began,
            resolved_at=ended,
            banner=False,
            team="media",
            workaround="",
            finding="",
            version=1,
            created_at=began,
            updated_at=began,
        )
    )


async def test_csv_of_ratings_and_handle_times_has_the_numbers_of_the_overview() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await joined(place, "Sue", role="supervisor")
        pri = await available(place, "Priya")
        for score in (5, 5, 2):
            customer, chat = await begun(place)
            await passed(place, 660)
            await pri.command("chat.close", chat=chat, status="solved", resolution="support_question")
            await customer.command("chat.rate", chat=chat, score=score)
        ratings = list(csv.DictReader(io.StringIO((await got(place, sue.token, "ratings.csv")).text)))
        assert [(row["rating"], row["chats"], row["share"]) for row in ratings] == [
            ("5", "2", "0.6667"),
            ("4", "0", "0.0"),
            ("3", "0", "0.0"),
            ("2", "1", "0.3333"),
            ("1", "0", "0.0"),
        ]
        handled = list(csv.DictReader(io.StringIO((await got(place, sue.token, "handle_times.csv")).text)))
        assert [(row["from_min"], row["chats"]) for row in handled if row["chats"] != "0"] == [("10", "3")]
        codes = list(csv.DictReader(io.StringIO((await got(place, sue.token, "codes.csv")).text)))
        assert [(row["code"], row["solved"], row["share"]) for row in codes] == [("support_question", "3", "1.0")]
