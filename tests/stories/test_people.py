"""People of staff come, change and go while the desk runs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from identity.adapters.tables import AuditRow
from tests.running import RunningDesk, enrol
from tests.stories.test_from_chat_to_ticket import begin

TEAMS = ["media", "finance"]


async def change(desk: RunningDesk, verb: str, email: str, *facts: Any) -> None:
    """What another process does to a person: the command line, while the server runs."""
    identity = desk.desk.people.identity
    await desk.desk.storage.write(lambda tx: getattr(identity, verb)(tx, email, *facts, desk.clock()))


async def watches(desk: RunningDesk) -> list[AuditRow]:
    """The lines of the audit about who watched, oldest first."""
    query = select(AuditRow).where(AuditRow.verb == "watch").order_by(col(AuditRow.id))
    return await desk.desk.storage.read(lambda tx: list(tx.session.exec(query)))


async def test_chat_of_a_disabled_agent_goes_back_to_the_queue(desk: RunningDesk) -> None:
    """The agent's socket is closed for good. The customer keeps their place, and the next agent sees the whole chat."""
    customer, priya, chat = await begin(desk)
    await customer.command("message.send", chat=chat, text="Anybody?")
    await change(desk, "disable", "priya@desk.example")
    assert await priya.ended() == 4010
    assert (await customer.event("chat.left"))["reason"] == "gone"
    queued = await customer.event("chat.queued")
    assert queued["reason"] == "agent_gone"
    maya = await desk.staff("Maya", teams=("media",))
    await maya.command("presence.set", status="available")
    await customer.event("chat.assigned", seq=queued["seq"] + 1)
    await maya.event("chat.assigned")
    assert "Anybody?" in [event.get("text") for event in maya.durable(chat)]
    await maya.command("message.send", chat=chat, text="I am")
    await customer.event("message", text="I am")


async def test_agent_who_becomes_admin_loses_chats_and_socket(desk: RunningDesk) -> None:
    """An admin may not read conversations. The socket closes as wrong role, and the chat is requeued."""
    customer, priya, _ = await begin(desk)
    await change(desk, "set_role", "priya@desk.example", "admin", [], TEAMS)
    assert await priya.ended() == 4003
    assert (await customer.event("chat.queued"))["reason"] == "agent_gone"
    again = await desk.connect("staff", {"Authorization": f"Bearer {priya.token}"})
    assert await again.ended() == 4003


async def test_agent_moved_to_another_team_gets_its_access_at_once(desk: RunningDesk) -> None:
    """On reconnecting, the agent sees the new team's chats only and keeps the chats already held."""
    customer, priya, held = await begin(desk)
    await priya.command("presence.set", status="away")
    waiting = (await (await desk.customer()).command("chat.start", team="media", text="Hi"))["chat"]
    await change(desk, "set_role", "priya@desk.example", "agent", ["finance"], TEAMS)
    assert await priya.ended() == 4204
    back = await desk.staff_again(priya.token)
    assert [team["team"] for team in back.greeting["teams"]] == ["finance"]
    assert [about["chat"] for about in back.greeting["chats"]] == [held]
    await back.refused("not_found", "chat.resume", chat=waiting, after=0)
    await back.command("message.send", chat=held, text="Still with you")
    await customer.event("message", text="Still with you")


async def test_revoked_token_closes_its_socket_and_http_access(desk: RunningDesk) -> None:
    """Another token of the same person keeps working."""
    maya = await desk.staff("Maya")
    other = await desk.desk.storage.write(
        lambda tx: desk.desk.people.identity.create_token(tx, "maya@desk.example", desk.clock())
    )
    stays = await desk.staff_again(other)
    await change(desk, "revoke_tokens", "maya@desk.example", maya.token[:9])
    assert await maya.ended() == 4010
    assert (await status_of(desk, maya.token), await status_of(desk, other)) == (401, 200)
    await stays.command("ping")


@pytest.mark.parametrize("teams", [(), ("media",)], ids=["of all teams", "of the team"])
async def test_every_watch_of_a_chat_is_audited(desk: RunningDesk, teams: tuple[str, ...]) -> None:
    """Each time, with person and chat, whatever the command. Refused watches, ended chats and own chats are not
    audited."""
    customer, priya, chat = await begin(desk)
    id_, token = await enrol(desk.desk.storage, "sam@desk.example", "Sam", "supervisor", teams)
    sam = await desk.staff_again(token)
    await sam.command("chat.watch", chat=chat)
    await sam.command("chat.resume", chat=chat, after=0)
    await sam.refused("not_found", "chat.watch", chat="no-such-chat")
    await priya.command("chat.resume", chat=chat, after=0)
    await sam.command("chat.take", chat=chat)
    await sam.command("chat.resume", chat=chat, after=0)
    await customer.command("chat.end", chat=chat)
    await sam.command("chat.resume", chat=chat, after=0)
    rows = await watches(desk)
    assert [(row.actor, row.thing, row.thing_id, row.detail) for row in rows] == [
        (id_, "chat", chat, '{"team":"media"}')
    ] * 2


async def status_of(desk: RunningDesk, token: str) -> int:
    return (await desk.http(token).get("/api/me")).status_code
