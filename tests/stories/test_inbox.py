"""Mentions, followers and snoozes reach the inboxes of staff, and letters go to those who did not look."""

from __future__ import annotations

from clock import rfc3339
from identity.actor import SYSTEM, Actor
from inbox.entry import LETTER_AFTER_MS, UNREAD_MAX, NewEntry
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined
from ticketing.codes import status_name
from ticketing.wanted import Wanted

SECRET = "Don't tell Ana about the refund"


async def ticket_of(place: DeskInMemory, agent: Client, **more: object) -> int:
    wanted = {"team": "media", "text": "Dates", "requester": {"name": "Ana", "email": "ana@northlake.example"}, **more}
    return int((await place.http(agent.token).post("/api/tickets", json=wanted)).json()["number"])


async def inbox(place: DeskInMemory, of: Client, **query: str) -> Frame:
    answer = await place.http(of.token).get("/api/inbox", params=query)
    assert answer.status_code == 200, answer.text
    page: Frame = answer.json()
    return page


async def said(place: DeskInMemory, of: Client) -> list[tuple[str, str | None, str | None]]:
    """Kind, author and text or status of each entry, the oldest first."""
    entries = (await inbox(place, of))["entries"]
    return [(one["kind"], one["by"], one["text"] or one["status"]) for one in reversed(entries)]


async def me(place: DeskInMemory, client: Client) -> str:
    return str((await place.http(client.token).get("/api/me")).json()["id"])


async def noted(place: DeskInMemory, by: Client, number: int, text: str, *mentions: str, public: bool = False) -> Frame:
    body = {"text": text, "public": public, "mentions": list(mentions)}
    answer = await place.http(by.token).post(f"/api/tickets/{number}/replies", json=body)
    await place.quiet()
    result: Frame = {"status": answer.status_code, **answer.json()}
    return result


async def mailed(place: DeskInMemory) -> str:
    """What letters to staff about inboxes say, once those who are due were sent."""
    await place.desk.mailroom.staff_inbox.letters.sweep()
    await place.desk.delivery.idle()
    files = (place.desk.settings.data / "mail").glob("*.eml")
    return "\n".join(text for one in sorted(files) if "your inbox" in (text := one.read_text("utf-8")))


async def test_mention_on_a_ticket_is_an_entry_at_once_and_a_letter_without_the_text_later() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, mateo = await available(place, "Priya"), await joined(place, "Mateo")
        number, mentioned = await ticket_of(place, priya), await me(place, mateo)
        ticket = await noted(place, priya, number, f"@Mateo {SECRET}", mentioned)
        assert ticket["transcript"][-1]["mentions"] == [mentioned]
        assert mateo.last("inbox.changed")
        assert await said(place, mateo) == [("mention", "Priya", f"@Mateo {SECRET}")]
        assert await mailed(place) == ""

        place.clock.forward(LETTER_AFTER_MS / 1000)
        letter = await mailed(place)
        assert "Priya mentioned you" in letter and f"#{number}" in letter and SECRET not in letter
        unread = await place.http(mateo.token).post("/api/inbox/read", json={"ticket": number})
        assert (unread.json(), (await inbox(place, mateo, unread="true"))["entries"]) == ({"unread": 0}, [])


async def test_read_or_unwanted_entries_cause_no_letter() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, mateo, lena = await available(place, "Priya"), await joined(place, "Mateo"), await joined(place, "Lena")
        letters = await place.http(lena.token).put("/api/inbox/letters", json={"mentions": False, "follows": False})
        assert letters.status_code == 200
        number = await ticket_of(place, priya)
        await noted(place, priya, number, "Look", await me(place, mateo), await me(place, lena))
        await place.http(mateo.token).post("/api/inbox/read", json={"everything": True})
        place.clock.forward(LETTER_AFTER_MS / 1000)
        assert await mailed(place) == ""
        assert (await inbox(place, lena))["unread"] == 1


async def test_mention_of_who_may_not_read_or_in_a_reply_is_refused() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, wei = await available(place, "Priya"), await joined(place, "Wei", "prod")
        number, other = await ticket_of(place, priya), await me(place, wei)
        refused = await noted(place, priya, number, "Look", other)
        assert (refused["status"], refused["fields"]["mentions"][:26]) == (422, "Wei can't see this ticket.")
        assert (await noted(place, priya, number, "Look", await me(place, priya), public=True))["status"] == 422
        _, chat = await begun(place)
        error = await priya.ask("note.add", chat=chat, text="Look", mentions=[other])
        assert (error["code"], list(error["fields"])) == ("invalid", ["mentions"])
        assert (await inbox(place, wei))["entries"] == []


async def test_mention_in_a_chat_leads_to_its_ticket_once_it_is_closed() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, mateo = await available(place, "Priya"), await joined(place, "Mateo")
        _, chat = await begun(place)
        await priya.command("note.add", chat=chat, text="@Mateo look", mentions=[await me(place, mateo)])
        (entry,) = (await inbox(place, mateo))["entries"]
        assert (entry["kind"], entry["chat"], entry["ticket"], entry["text"]) == ("mention", chat, None, "@Mateo look")
        colleagues = (await place.http(priya.token).get(f"/api/chats/{chat}/colleagues")).json()["colleagues"]
        assert [one["name"] for one in colleagues] == ["Mateo", "Priya"]
        ended = await priya.command("chat.close", chat=chat, status="solved", resolution="set_up")
        assert (await inbox(place, mateo))["entries"][0]["ticket"] == ended["ticket"]


async def test_follower_learns_of_replies_notes_and_statuses_of_others_while_they_may_see_them() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, mateo = await available(place, "Priya"), await joined(place, "Mateo")
        number, follower = await ticket_of(place, priya), await me(place, mateo)
        path = f"/api/tickets/{number}/followers/{follower}"
        assert (await place.http(priya.token).put(path)).json() == {"followers": [{"staff": follower, "name": "Mateo"}]}
        await noted(place, priya, number, "Internal")
        await noted(place, priya, number, "Public", public=True)
        await noted(place, mateo, number, "Own")
        await place.http(priya.token).patch(f"/api/tickets/{number}", json={"status": "awaiting_reply"})
        told = [("note", "Priya", "Internal"), ("reply", "Priya", "Public")]
        assert await said(place, mateo) == [*told, ("status", "Priya", status_name("awaiting_reply"))]
        listed = await place.http(mateo.token).get("/api/tickets", params={"followed_by": follower})
        assert [ticket["number"] for ticket in listed.json()["tickets"]] == [number]

        await place.http(priya.token).patch(f"/api/tickets/{number}", json={"team": "prod", "status": "open"})
        assert await inbox(place, mateo) == {"entries": [], "unread": 0, "next": None}
        assert (await place.http(mateo.token).delete(path)).status_code == 404


async def test_returned_ticket_is_an_entry_for_its_assignee_and_flagged_until_staff_act() -> None:
    async with desk_in_memory(always_open()) as place:
        priya = await available(place, "Priya")
        number = await ticket_of(place, priya, assignee=await me(place, priya))
        path, until = f"/api/tickets/{number}", place.clock() + 3_600_000
        await place.http(priya.token).patch(path, json={"snoozed_until": rfc3339(until)})
        place.clock.forward(3_601)
        await place.desk.ticket_clock.sweep()
        assert [kind for kind, _, _ in await said(place, priya)] == ["returned"]
        ticket = (await place.http(priya.token).get(path)).json()
        assert (ticket["snoozed_until"], ticket["flags"]) == (None, ["returned"])
        await noted(place, priya, number, "Done", public=True)
        assert (await place.http(priya.token).get(path)).json()["flags"] == []

        # The desk also ends a snooze that is not over, when it takes the ticket from somebody.
        await place.http(priya.token).patch(path, json={"snoozed_until": rfc3339(place.clock() + 3_600_000)})

        def give_back(tx: Tx) -> None:
            tickets = place.desk.tickets
            tickets.change_all(tx, SYSTEM, [tickets.theirs(tx, SYSTEM, number)], Wanted(assignee=None), place.clock())

        await place.desk.storage.write(give_back)
        assert (await place.http(priya.token).get(path)).json()["snoozed_until"] is None
        assert [kind for kind, _, _ in await said(place, priya)] == ["returned"]


async def test_unread_entries_behind_many_lost_ones_are_counted_and_a_rule_has_its_name() -> None:
    async with desk_in_memory(always_open()) as place:
        priya, mateo = await available(place, "Priya"), await joined(place, "Mateo")
        seen, lost, follower = await ticket_of(place, priya), await ticket_of(place, priya), await me(place, mateo)
        await place.http(priya.token).put(f"/api/tickets/{seen}/followers/{follower}")
        rule = Actor(kind="staff", id="rule-7", name="Rule: Late ones", role="supervisor")

        def unit(tx: Tx) -> None:
            tickets = place.desk.tickets
            tickets.add_note(tx, rule, tickets.theirs(tx, rule, seen), "By a rule", place.clock())
            entries = [NewEntry(person=follower, kind="mention", ticket=lost) for _ in range(UNREAD_MAX + 30)]
            place.desk.mailroom.staff_inbox.entries.tell(tx, entries, place.clock())

        await place.desk.storage.write(unit)
        assert (await inbox(place, mateo))["unread"] == UNREAD_MAX + 1
        await place.http(priya.token).patch(f"/api/tickets/{lost}", json={"team": "prod"})
        assert (await inbox(place, mateo, unread="true"))["unread"] == 1
        assert await said(place, mateo) == [("note", "Rule: Late ones", "By a rule")]
