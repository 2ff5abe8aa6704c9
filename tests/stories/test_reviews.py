"""How supervisors review the tickets that chats became: the queue of a day, judgements, feedback."""

from __future__ import annotations

import json

from sqlmodel import select

from identity.adapters.tables import AuditRow
from reviews.entry import DEFAULT_RULES
from server.live.reports.report_counting import Recounted
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined

NOON = 1_795_608_000_000
"""Nov 25, 2026, 12:00 UTC."""
DAY, NEXT_DAY_S = "2026-11-25", 86_400


async def closed(place: DeskInMemory, agent: Client, code: str = "support_question", said: int = 1) -> int:
    """A chat that the agent answered and solved; the number of its ticket."""
    customer, chat = await begun(place)
    for at in range(said):
        await agent.command("message.send", chat=chat, text=f"Answer {at}")
    ok = await agent.command("chat.close", chat=chat, status="solved", resolution=code)
    await place.cut(customer)
    number: int = ok["ticket"]
    return number


async def asked(
    place: DeskInMemory, by: Client | str, method: str, path: str, body: object = None, **headers: str
) -> Frame:
    """The answer's JSON, `items` if it is a list, or `refused` with status and error code. `by` may be a token."""
    async with place.http(by if isinstance(by, str) else by.token) as http:
        answer = await http.request(method, path, headers=headers, json=body)
    found = answer.json() if answer.content else {}
    if not answer.is_success:
        return {"refused": f"{answer.status_code} {found['code']}"}
    return {"items": found} if isinstance(found, list) else dict(found)


async def judged(place: DeskInMemory, by: Client | str, number: int, body: object, **headers: str) -> Frame:
    return await asked(place, by, "POST", f"/api/tickets/{number}/review", body, **headers)


async def next_day(place: DeskInMemory) -> None:
    place.clock.forward(NEXT_DAY_S)
    await place.desk.review_days.sweep()


CORRECTED = {"verdict": "corrected", "resolution": "training_suggested", "reason": "Three basics in one chat"}


async def test_day_is_drawn_once_it_is_over_and_confirmed_ticket_is_no_longer_due() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        supervisor = await joined(place, "Ines", role="supervisor")
        number = await closed(place, agent)
        await place.desk.review_days.sweep()
        assert (await judged(place, supervisor, number, {"verdict": "confirmed"}))["refused"] == "409 conflict"
        chats = f"/api/tickets/{number}/review"
        assert (await asked(place, supervisor, "GET", chats))["refused"] == "404 not_found"
        await next_day(place)
        listed = await asked(place, supervisor, "GET", "/api/reviews")
        (ticket,) = listed["tickets"]
        assert (listed["day"], listed["counts"]["sample"], ticket["ticket"], ticket["state"]) == (
            DAY,
            1,
            number,
            "open",
        )
        assert (ticket["code"], ticket["agent"]["name"]) == ("support_question", "Priya")
        row = (await asked(place, supervisor, "GET", "/api/reviews/settings"))["rows"][0]["id"]
        body = {"verdict": "confirmed", "scores": {str(row): "partly"}, "feedback": "Well explained"}
        done = await judged(place, supervisor, number, body, **{"If-Match": f'"{ticket["version"]}"'})
        assert (done["mine"]["verdict"], done["mine"]["scores"]) == ("confirmed", {str(row): "partly"})
        # The only ticket of a sample has two readers: it stays due for the other one.
        other = await joined(place, "Rafael", role="supervisor")
        assert (await asked(place, supervisor, "GET", "/api/reviews/due"))["due"] == 0
        assert (await asked(place, other, "GET", "/api/reviews/due"))["due"] == 1


async def test_correction_changes_the_ticket_with_its_reason_and_can_be_withdrawn() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        supervisor = await joined(place, "Ines", role="supervisor")
        number = await closed(place, agent)
        await next_day(place)
        done = await judged(place, supervisor, number, CORRECTED)
        assert (done["code"], done["mine"]["code"]) == ("support_question", "training_suggested")
        ticket = await asked(place, agent, "GET", f"/api/tickets/{number}")
        assert ticket["resolution"] == "training_suggested"
        assert ticket["history"][-1]["from"] == "support_question"
        assert ticket["transcript"][-1]["text"] == "Correction from review: Three basics in one chat"
        await asked(place, supervisor, "DELETE", f"/api/tickets/{number}/review")
        ticket = await asked(place, agent, "GET", f"/api/tickets/{number}")
        assert ticket["resolution"] == "support_question"
        assert (await asked(place, supervisor, "DELETE", f"/api/tickets/{number}/review"))["refused"] == "404 not_found"

        def read(tx: Tx) -> list[str]:
            return [row.verb for row in tx.session.exec(select(AuditRow)) if row.thing_id == str(number)]

        assert await place.desk.storage.read(read) == ["review", "withdraw"]


async def test_correction_is_refused_by_the_rules_of_codes_and_for_an_outdated_version() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        supervisor = await joined(place, "Ines", role="supervisor")
        number = await closed(place, agent)
        await next_day(place)
        for code in ("auto_solved", "configuration_request", "no_such_code", "support_question", "duplicate"):
            body = {**CORRECTED, "resolution": code}
            assert (await judged(place, supervisor, number, body))["refused"] == "422 invalid", code
        for body in ({"verdict": "corrected"}, {"verdict": "confirmed", "reason": "x"}, {**CORRECTED, "reason": " "}):
            assert (await judged(place, supervisor, number, body))["refused"] == "422 invalid"
        assert (await judged(place, supervisor, number, {"verdict": "confirmed", "scores": {"99": "yes"}}))[
            "refused"
        ] == "422 invalid"
        assert (await judged(place, supervisor, number, CORRECTED, **{"If-Match": '"99"'}))["refused"] == "412 conflict"


async def test_only_supervisors_of_the_team_review_and_see_the_queue() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        number = await closed(place, agent)
        await next_day(place)
        prod = await joined(place, "Omar", "prod", role="supervisor")
        _, admin = await place.enrol("Tobias", role="admin")
        assert (await asked(place, prod, "GET", "/api/reviews"))["tickets"] == []
        assert (await asked(place, prod, "GET", "/api/reviews/due"))["due"] == 0
        assert (await asked(place, prod, "GET", f"/api/tickets/{number}/review"))["refused"] == "404 not_found"
        assert (await judged(place, prod, number, {"verdict": "confirmed"}))["refused"] == "404 not_found"
        for person in (agent, admin):
            assert (await asked(place, person, "GET", "/api/reviews"))["refused"] == "403 forbidden"
            assert (await judged(place, person, number, {"verdict": "confirmed"}))["refused"] == "403 forbidden"
        assert (await asked(place, prod, "PATCH", "/api/reviews/settings", {"share": 20}))["refused"] == "403 forbidden"


async def test_two_reviewers_do_not_see_each_other_until_both_have_judged() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        first = await joined(place, "Ines", role="supervisor")
        second = await joined(place, "Rafael", role="supervisor")
        number = await closed(place, agent)
        await next_day(place)
        chats = f"/api/tickets/{number}/review"
        (listed,) = (await asked(place, second, "GET", "/api/reviews"))["tickets"]
        read = await asked(place, second, "GET", chats)
        assert read["transcript"][0]["type"] == "chat.started"
        await judged(place, first, number, {**CORRECTED, "feedback": "Offer a course"})
        (seen,) = (await asked(place, second, "GET", "/api/reviews"))["tickets"]
        assert (seen["code"], seen["others"], seen["readers"]) == ("support_question", [], 2)
        # Nothing tells the second reviewer that there is a judgement.
        assert (seen, await asked(place, second, "GET", chats)) == (listed, read)
        assert (await asked(place, second, "GET", "/api/reviews/figures"))["codes"] == []
        assert (await asked(place, first, "GET", "/api/reviews/figures"))["codes"][0]["count"] == 1
        assert (await asked(place, first, "GET", chats))["resolution"] == "training_suggested"
        # The version is the one before the first correction: a refusal would reveal that correction.
        body = {**CORRECTED, "resolution": "no_issue"}
        done = await judged(place, second, number, body, **{"If-Match": '"1"'})
        assert [other["code"] for other in done["others"]] == ["training_suggested"]
        read = await asked(place, second, "GET", chats)
        assert (read["resolution"], read["history"][-1]["to"]) == ("training_suggested", "training_suggested")
        assert (await asked(place, first, "GET", f"/api/tickets/{number}"))["resolution"] == "training_suggested"
        figures = await asked(place, first, "GET", "/api/reviews/figures")
        agreement = figures["agreement"]
        (different,) = agreement.pop("differences")
        assert agreement == {
            "pairs": 1,
            "same_code": 0,
            "differ": [number],
            "answers": 0,
            "same_answer": 0,
            "settled": 0,
        }
        assert [different[one]["code"] for one in ("first", "second")] == ["training_suggested", "no_issue"]
        assert {"agent": "support_question", "reviewer": "no_issue", "count": 1} in figures["codes"]


async def test_two_reviewers_who_differ_agree_on_one_judgement() -> None:
    """The ticket gets its code, and the pair is no longer listed. It still counts as one with different codes."""
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        first = await joined(place, "Ines", role="supervisor")
        second = await joined(place, "Rafael", role="supervisor")
        prod = await joined(place, "Omar", "prod", role="supervisor")
        number = await closed(place, agent)
        await next_day(place)
        path = f"/api/tickets/{number}/review/agreement"
        mine = (await judged(place, first, number, CORRECTED))["mine"]["id"]
        # Another reader's judgement that is still hidden does not exist for them.
        assert (await asked(place, second, "POST", path, {"review": mine}))["refused"] == "404 not_found"
        assert (await asked(place, first, "POST", path, {"review": mine}))["refused"] == "409 conflict"
        theirs = (await judged(place, second, number, {**CORRECTED, "resolution": "no_issue"}))["mine"]["id"]
        assert (await asked(place, prod, "POST", path, {"review": theirs}))["refused"] == "404 not_found"
        assert (await asked(place, agent, "POST", path, {"review": theirs}))["refused"] == "403 forbidden"
        await asked(place, first, "POST", path, {"review": theirs})
        ticket = await asked(place, agent, "GET", f"/api/tickets/{number}")
        assert (ticket["resolution"], ticket["history"][-1]["from"]) == ("no_issue", "training_suggested")
        agreement = (await asked(place, second, "GET", "/api/reviews/figures"))["agreement"]
        assert (agreement["same_code"], agreement["differences"], agreement["settled"]) == (0, [], 1)

        def read(tx: Tx) -> list[dict[str, object]]:
            return [dict(json.loads(row.detail)) for row in tx.session.exec(select(AuditRow)) if row.verb == "agree"]

        (line,) = await place.desk.storage.read(read)
        assert (line["from"], line["to"]) == ("training_suggested", "no_issue")


async def test_rules_find_a_long_wait_a_note_a_code_corrected_before_and_a_reopened_ticket() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        supervisor = await joined(place, "Ines", role="supervisor")
        boss = await place.staff((await place.enrol("Boss", role="supervisor", teams=()))[1])
        await asked(place, boss, "PATCH", "/api/reviews/settings", {"rules": [*DEFAULT_RULES, "reopened"]})
        corrected = await closed(place, agent)
        await next_day(place)
        await judged(place, supervisor, corrected, CORRECTED)
        # A second reader must not see that the first one corrected the code.
        other = await joined(place, "Rafael", role="supervisor")
        await judged(place, other, corrected, {"verdict": "confirmed"})
        again = await closed(place, agent)
        customer, chat = await begun(place)
        place.clock.forward(301)
        await agent.command("message.send", chat=chat, text="Sorry for the wait")
        ended = await agent.command(
            "chat.close", chat=chat, status="solved", resolution="set_up", note="No code fits, took the nearest"
        )
        await place.cut(customer)
        number = ended["ticket"]
        reopened = await asked(place, agent, "PATCH", f"/api/tickets/{number}", {"status": "open", "with": "support"})
        assert reopened["status"] == "open"
        await next_day(place)
        listed = await asked(place, supervisor, "GET", "/api/reviews")
        rules = {ticket["ticket"]: ticket["rules"] for ticket in listed["tickets"]}
        assert rules == {again: ["corrected_before"], number: ["long_wait", "no_code", "reopened"]}
        together = {tuple(one["rules"]): one["count"] for one in listed["counts"]["together"]}
        assert together == {("corrected_before",): 1, ("long_wait", "no_code", "reopened"): 1}


async def test_agent_reads_feedback_and_answers_once() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent, other = await available(place, "Priya"), await joined(place, "Max")
        supervisor = await joined(place, "Ines", role="supervisor")
        number = await closed(place, agent)
        await next_day(place)
        await judged(place, supervisor, number, {**CORRECTED, "feedback": "Say first that you look it up"})
        assert agent.newest("review.feedback")["ticket"] == number
        assert not [*supervisor.heard("review.feedback"), *other.heard("review.feedback")]
        assert await asked(place, other, "GET", "/api/reviews/feedback") == {"items": []}
        (feedback,) = (await asked(place, agent, "GET", "/api/reviews/feedback"))["items"]
        assert (feedback["ticket"], feedback["reviewer"]["name"]) == (number, "Ines")
        path, id_ = f"/api/tickets/{number}/review/answer", feedback["id"]
        day = f"/reports/agents/{agent.peer.person}"
        async with place.http(agent.token) as http:
            own = (await http.get(day)).text
        assert "Say first that you look it up" in own
        # The part that takes an answer, and the entry of the bar that leads to it.
        assert "<review-feedback " in own and f'href="{day}" aria-current="page"' in own
        assert (await asked(place, other, "POST", path, {"review": id_, "text": "No"}))["refused"] == "404 not_found"
        assert (await asked(place, agent, "POST", path, {"review": id_, "text": "  "}))["refused"] == "422 invalid"
        assert await asked(place, agent, "POST", path, {"review": id_, "text": "I will"}) == {}
        assert (await asked(place, agent, "POST", path, {"review": id_, "text": "Again"}))["refused"] == "409 conflict"
        (ticket,) = (await asked(place, supervisor, "GET", "/api/reviews"))["tickets"]
        assert ticket["mine"]["answer"] == "I will"
        async with place.http(supervisor.token) as http:
            seen = (await http.get(day)).text
        assert "<b>Priya:</b> I will" in seen and "<review-feedback " not in seen


async def test_void_ticket_with_a_conversation_is_always_selected() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        supervisor = await joined(place, "Ines", role="supervisor")
        talked, accident = await closed(place, agent, "void", said=4), await closed(place, agent, "void", said=0)
        await next_day(place)
        by_rule = await asked(place, supervisor, "GET", "/api/reviews?rule=any")
        rules = {ticket["ticket"]: ticket["rules"] for ticket in by_rule["tickets"]}
        assert rules == {talked: ["void_counted"], accident: ["no_reply"]}
        boss = await place.staff((await place.enrol("Boss", role="supervisor", teams=()))[1])
        changed = await asked(place, boss, "PATCH", "/api/reviews/settings", {"rules": []})
        assert changed["rules"] == ["void_counted"]
        by_rule = await asked(place, supervisor, "GET", "/api/reviews?rule=any&state=open")
        assert [ticket["ticket"] for ticket in by_rule["tickets"]] == [talked]


async def test_void_ticket_leaves_the_reports_once_it_is_judged_void_and_is_back_when_that_is_withdrawn() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        agent = await available(place, "Priya")
        supervisor = await joined(place, "Ines", role="supervisor")
        number = await closed(place, agent, "void", said=4)

        async def counted() -> tuple[int, int]:
            """The number of void chats, and of chats with a handle time."""
            await place.desk.report_counting.sweep()
            shown = await asked(place, supervisor, "GET", f"/api/reports/overview?from={DAY}&to=2026-11-27")
            return shown["figures"]["void"], shown["figures"]["handle_s"]["count"]

        assert await counted() == (0, 1)
        await next_day(place)
        await judged(place, supervisor, number, {"verdict": "confirmed"})
        assert await counted() == (1, 0)
        assert await place.desk.report_counting.recount() == Recounted(1, 0, 0)
        await asked(place, supervisor, "DELETE", f"/api/tickets/{number}/review")
        assert await counted() == (0, 1)


async def test_scorecard_keeps_ids_of_rows_and_refuses_wrong_ones() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        boss = await place.staff((await place.enrol("Boss", role="supervisor", teams=()))[1])
        path = "/api/reviews/settings"
        before = (await asked(place, boss, "GET", path))["rows"]
        wanted = [{"text": "Was polite"}, {"id": before[0]["id"], "text": "Understood it"}]
        after = (await asked(place, boss, "PATCH", path, {"rows": wanted, "share": 20}))["rows"]
        assert [row["text"] for row in after] == ["Was polite", "Understood it"]
        assert after[1]["id"] == before[0]["id"]
        for rows in (wanted[:1] * 2, [{"id": before[1]["id"], "text": "Gone"}], [{"text": "x"}] * 7, [{"text": ""}]):
            assert (await asked(place, boss, "PATCH", path, {"rows": rows}))["refused"] == "422 invalid"


async def test_reviews_of_a_day_that_is_no_date_are_refused() -> None:
    async with desk_in_memory(always_open(), NOON) as place:
        supervisor = await joined(place, "Ines", role="supervisor")
        for day in ("2026-02-30", "yesterday", "9999-12-31", "20261125"):
            assert (await asked(place, supervisor, "GET", f"/api/reviews?day={day}"))["refused"] == "422 invalid", day
        assert (await asked(place, supervisor, "GET", "/api/reviews?day=1970-01-01"))["tickets"] == []
