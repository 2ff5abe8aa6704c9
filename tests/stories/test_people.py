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


async def test_who_chats_with_somebody_disabled_goes_back_to_the_queue(desk: RunningDesk) -> None:
    """The disabled agent's socket is closed for good; the customer keeps their place and gets the next agent, who
    sees all that was said."""
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


async def test_only_who_was_disabled_is_shown_out(desk: RunningDesk) -> None:
    """However many are inside, and looked at one after the other: the others go on as if nothing had been."""
    desk.desk.rights.checked_at_once = 1
    customer, priya, chat = await begin(desk)
    maya, tom = [await desk.staff(name, teams=("media",)) for name in ("Maya", "Tom")]
    await change(desk, "disable", "maya@desk.example")
    assert await maya.ended() == 4010
    await tom.command("ping")
    await priya.command("message.send", chat=chat, text="Still here")
    await customer.event("message", text="Still here")


async def test_who_becomes_an_admin_holds_no_chat(desk: RunningDesk) -> None:
    """An admin reads no conversations: their socket is closed as one of the wrong role, and the chat waits again."""
    customer, priya, _ = await begin(desk)
    await change(desk, "set_role", "priya@desk.example", "admin", [], TEAMS)
    assert await priya.ended() == 4003
    assert (await customer.event("chat.queued"))["reason"] == "agent_gone"
    again = await desk.connect("staff", {"Authorization": f"Bearer {priya.token}"})
    assert await again.ended() == 4003


async def test_other_teams_are_other_rights_at_once(desk: RunningDesk) -> None:
    """Who is moved to another team comes back in, and sees that one's chats and no others; what they hold they keep."""
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


async def test_a_revoked_token_ends_what_it_let_in(desk: RunningDesk) -> None:
    """Its socket is closed, and HTTP takes it no more; another token of the same person goes on."""
    maya = await desk.staff("Maya")
    other = await desk.desk.storage.write(
        lambda tx: desk.desk.people.identity.create_token(tx, "maya@desk.example", desk.clock())
    )
    stays = await desk.staff_again(other)
    await change(desk, "revoke_tokens", "maya@desk.example", maya.token[:9])
    assert await maya.ended() == 4010
    assert (await status_of(desk, maya.token), await status_of(desk, other)) == (401, 200)
    await stays.command("ping")


async def test_a_new_password_ends_the_sessions_before_it(desk: RunningDesk) -> None:
    """With their sockets, within two seconds; a token of the person, which is no session, goes on."""
    maya = await desk.staff("Maya")
    people = desk.desk.people
    hashed = await people.passwords.hashed("correct horse battery")
    await change(desk, "set_password", "maya@desk.example", hashed)
    signed_in = await people.sign_in("maya@desk.example", "correct horse battery", "203.0.113.9", None)
    headers = {"Cookie": f"switchboard_session={signed_in.cookie}", "Origin": desk.origin}
    browser = await desk.connect("staff", headers)
    await browser.command("hello")
    await change(desk, "set_password", "maya@desk.example", hashed)
    assert await browser.ended() == 4010
    assert await (await desk.connect("staff", headers)).ended() == 4001
    await maya.command("ping")


@pytest.mark.parametrize("teams", [(), ("media",)], ids=["of all teams", "of the team"])
async def test_every_watch_is_a_row_of_the_audit(desk: RunningDesk, teams: tuple[str, ...]) -> None:
    """Who watched which chat, each time, by whatever command; a watch that is refused is none, nor is reading what is
    over, or what is their own."""
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


async def test_a_supervisor_watches_their_teams_alone(desk: RunningDesk) -> None:
    """Of another team's chat everything is as if it were not there, and nothing is audited."""
    _, _, chat = await begin(desk)
    fiona = await desk.staff("Fiona", role="supervisor", teams=("finance",))
    refused = await fiona.refused("not_found", "chat.watch", chat=chat)
    missing = await fiona.refused("not_found", "chat.watch", chat="no-such-chat")
    assert {**refused, "id": None} == {**missing, "id": None}
    assert await watches(desk) == []


async def status_of(desk: RunningDesk, token: str) -> int:
    return (await desk.http(token).get("/api/me")).status_code
