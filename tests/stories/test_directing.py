"""What supervisors do with agents from the floor: reassign, close, set away. Told to the agent, audited, their teams
only."""

from __future__ import annotations

from sqlmodel import select

from identity.adapters.tables import AuditRow
from storage.ports import Tx
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined, open_chat


async def reassigned(place: DeskInMemory, by: Client, chat: str, **to: str) -> tuple[int, str]:
    """Status and code of the answer."""
    return await asked(place, by, "POST", f"/api/chats/{chat}/reassign", to)


async def set_away(place: DeskInMemory, by: Client, agent: Client) -> tuple[int, str]:
    return await asked(place, by, "PATCH", f"/api/staff/{agent.peer.person}", {"status": "away"})


async def asked(place: DeskInMemory, by: Client, method: str, path: str, body: object) -> tuple[int, str]:
    async with place.http(by.token) as http:
        answer = await http.request(method, path, json=body)
    await place.settle(after_a_while=False)
    return answer.status_code, answer.json()["code"] if answer.content else ""


async def audited(place: DeskInMemory, verb: str) -> list[tuple[str | None, str | None]]:
    """Who did it to what."""

    def read(tx: Tx) -> list[tuple[str | None, str | None]]:
        return [(row.actor, row.thing_id) for row in tx.session.exec(select(AuditRow)) if row.verb == verb]

    return await place.desk.storage.read(read)


def left(client: Client) -> Frame:
    return client.newest("chat.left")


async def test_reassigned_chat_goes_to_the_other_agent_at_once_and_its_agent_is_told() -> None:
    async with desk_in_memory(always_open("assign: offer")) as place:
        pri = await available(place, "Priya")
        customer, chat = await begun(place)
        await pri.command("chat.accept", chat=chat)
        max_ = await available(place, "Max")
        sue = await joined(place, "Sue", role="supervisor")
        assert await reassigned(place, sue, chat, staff=max_.peer.person) == (204, "")
        assert open_chat(place, chat) == ("active", "media", max_.peer.person)
        event = left(pri)
        assert (event["from"]["name"], event["who"]["name"], event["reason"]) == ("Sue", "Priya", "transferred")
        assert customer.newest("chat.assigned")["staff"]["name"] == "Max"
        await max_.command("message.send", chat=chat, text="Hello, Max here")
        assert await audited(place, "reassign") == [(sue.peer.person, chat)]


async def test_supervisor_who_took_a_chat_can_reassign_it() -> None:
    async with desk_in_memory(always_open("assign: offer")) as place:
        pri = await available(place, "Priya")
        _, chat = await begun(place)
        await pri.command("chat.accept", chat=chat)
        sue = await joined(place, "Sue", role="supervisor")
        await sue.command("chat.take", chat=chat)
        assert await reassigned(place, sue, chat, staff=pri.peer.person) == (204, "")
        assert open_chat(place, chat) == ("active", "media", pri.peer.person)


async def test_chat_reassigned_to_a_team_waits_there_ahead_and_does_not_return_to_its_agent() -> None:
    async with desk_in_memory(always_open()) as place:
        pri = await available(place, "Priya", "media", "prod")
        _, chat = await begun(place)
        sue = await joined(place, "Sue", "media", role="supervisor")
        assert await reassigned(place, sue, chat, team="prod") == (204, "")
        assert open_chat(place, chat) == ("queued", "prod", None)
        assert left(pri)["who"]["name"] == "Priya"


async def test_chat_is_not_reassigned_to_somebody_who_cannot_take_it() -> None:
    async with desk_in_memory(always_open()) as place:
        pri = await available(place, "Priya")
        _, chat = await begun(place)
        full, out = await available(place, "Full", capacity=0), await joined(place, "Out")
        sue = await joined(place, "Sue", role="supervisor")
        for agent in (full, out, pri):
            assert await reassigned(place, sue, chat, staff=agent.peer.person) == (409, "conflict")
        for unknown in ("nobody", "\0"):
            assert await reassigned(place, sue, chat, staff=unknown) == (422, "invalid")
        assert await reassigned(place, sue, chat, team="finance") == (409, "team_closed")
        assert await reassigned(place, sue, chat) == (422, "invalid")
        assert open_chat(place, chat) == ("active", "media", pri.peer.person)
        assert await audited(place, "reassign") == []


async def test_supervisor_of_another_team_can_neither_reassign_nor_set_away() -> None:
    async with desk_in_memory(always_open()) as place:
        pri = await available(place, "Priya")
        _, chat = await begun(place)
        fay = await joined(place, "Fay", "finance", role="supervisor")
        fin = await available(place, "Fin", "finance")
        assert await reassigned(place, fay, chat, staff=fin.peer.person) == (404, "not_found")
        assert await set_away(place, fay, pri) == (404, "not_found")
        assert await reassigned(place, pri, chat, staff=fin.peer.person) == (403, "forbidden")
        assert await set_away(place, pri, pri) == (403, "forbidden")
        assert open_chat(place, chat) == ("active", "media", pri.peer.person)


async def test_supervisor_closes_an_agents_chat_whose_ticket_keeps_the_agent() -> None:
    """The agent and the customer read who closed it. The rules of tickets and of `seen` apply as for the agent."""
    async with desk_in_memory(always_open()) as place:
        pri = await available(place, "Priya")
        customer, chat = await begun(place)
        sue = await joined(place, "Sue", role="supervisor")
        await sue.command("chat.watch", chat=chat, after=0)
        await sue.refused("invalid", "chat.close", chat=chat, status="solved")
        await customer.command("message.send", chat=chat, text="One more thing")
        await sue.refused("conflict", "chat.close", chat=chat, status="open", seen=1)
        assert await audited(place, "close") == []
        closed = await sue.command("chat.close", chat=chat, status="solved", resolution="support_question")
        await place.settle(after_a_while=False)
        for told in (pri, customer):
            event = told.newest("chat.closed")
            assert (event["by"]["name"], event["reason"], event["ticket"]) == ("Sue", "closed", closed["ticket"])
        async with place.http(pri.token) as http:
            ticket = (await http.get(f"/api/tickets/{closed['ticket']}")).json()
        assert (ticket["assignee"]["name"], ticket["status"]) == ("Priya", "solved")
        assert await audited(place, "close") == [(sue.peer.person, chat)]
        await sue.refused("chat_closed", "chat.close", chat=chat, status="open")


async def test_ticket_that_a_supervisor_moves_to_another_team_has_no_assignee() -> None:
    async with desk_in_memory(always_open()) as place:
        await available(place, "Priya", "media", "prod")
        _, chat = await begun(place)
        sue = await joined(place, "Sue", role="supervisor")
        closed = await sue.command("chat.close", chat=chat, status="open", team="prod")
        ann = await joined(place, "Ann", "prod", role="supervisor")
        async with place.http(ann.token) as http:
            ticket = (await http.get(f"/api/tickets/{closed['ticket']}")).json()
        assert (ticket["team"], ticket["assignee"]) == ("prod", None)


async def test_chat_is_closed_by_nobody_else_and_not_while_it_waits() -> None:
    async with desk_in_memory(always_open()) as place:
        pri, bo = await available(place, "Priya", capacity=1), await joined(place, "Bo")
        sue = await joined(place, "Sue", role="supervisor")
        fay = await joined(place, "Fay", "finance", role="supervisor")
        _, chat = await begun(place)
        _, waiting = await begun(place)
        await bo.refused("forbidden", "chat.close", chat=chat, status="open")
        await fay.refused("not_found", "chat.close", chat=chat, status="open")
        await sue.refused("conflict", "chat.close", chat=waiting, status="open")
        assert open_chat(place, chat) == ("active", "media", pri.peer.person)
        # One's own chat is no action on an agent, so the audit has no line.
        await sue.command("chat.take", chat=chat)
        await sue.command("chat.close", chat=chat, status="open")
        assert await audited(place, "close") == []


async def test_agent_who_is_set_away_reads_by_whom_and_may_return() -> None:
    async with desk_in_memory(always_open()) as place:
        pri, sue = await available(place, "Priya"), await joined(place, "Sue", role="supervisor")
        assert await set_away(place, sue, pri) == (204, "")
        news = pri.newest("presence", staff=pri.peer.person)
        assert (news["status"], news["reason"], news["by"]) == ("away", "Set by Sue", "system")
        _, chat = await begun(place)
        assert open_chat(place, chat) == ("queued", "media", None)
        assert await audited(place, "set_away") == [(sue.peer.person, pri.peer.person)]
        assert await set_away(place, sue, pri) == (409, "conflict")

        await pri.command("presence.set", status="available")
        await place.settle(after_a_while=False)
        assert open_chat(place, chat) == ("active", "media", pri.peer.person)


async def test_supervisor_is_not_set_away_by_another() -> None:
    async with desk_in_memory(always_open()) as place:
        sue = await available(place, "Sue", role="supervisor")
        ann = await joined(place, "Ann", role="supervisor")
        assert await set_away(place, ann, sue) == (404, "not_found")
