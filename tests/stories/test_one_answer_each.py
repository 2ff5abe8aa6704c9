"""Every frame with an id gets one answer, also where a replay that was to bring it is given up: on slow lines."""

from __future__ import annotations

import pytest

from tests.running import eventually
from tests.signing import DESK, Site
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, begun


async def slow(place: DeskInMemory, client: Client, type_: str, chat: str) -> str:
    """The line takes nothing, and a replay of the chat that was asked for waits for it: the id of the command."""
    client.line.blocked = True
    id_ = client.send(type_, chat=chat, after=0)
    await eventually(lambda: place.desk.hub.is_catching_up(client.peer), "the replay has begun")
    return id_


async def quick(place: DeskInMemory, client: Client) -> None:
    """The line takes what waits, and whatever is still to come."""
    client.line.blocked = False
    client.peer.writable()
    await place.quiet()


async def test_supervisor_who_stops_watching_still_gets_answers() -> None:
    """A supervisor watches over a slow connection, leaves a note and goes. The note is acknowledged, each command has
    one answer, and nothing stays in progress."""
    async with desk_in_memory(always_open()) as place:
        _, chat = await begun(place)
        _, token = await place.enrol("Sofia", role="supervisor")
        sofia = await place.staff(token)
        watched = await slow(place, sofia, "chat.watch", chat)
        noted = sofia.send("note.add", chat=chat, text="Ask for the order")
        left = sofia.send("chat.unwatch", chat=chat)
        await eventually(lambda: not place.desk.hub.follows(sofia.peer, chat), "she follows no more")
        assert not sofia.peer.pending
        await quick(place, sofia)
        answers = [await sofia.answer(id_) for id_ in (watched, noted, left)]
        assert [answer.get("code", answer["type"]) for answer in answers] == ["not_found", "ok", "ok"]
        assert (answers[1]["seq"], answers[1]["prev"]) == (3, 2)
        assert [sofia.line.answered[id_] for id_ in (watched, noted, left)] == [1, 1, 1]
        assert not [frame for frame in sofia.line.frames if frame.get("chat") == chat and "seq" in frame]
        assert (await sofia.ask("chat.watch", chat=chat, after=0))["seq"] == 3


async def test_commands_before_a_change_of_identity_are_answered() -> None:
    """Another user signs in during a replay. The previous user's commands are answered first."""
    site = Site("the secret of the media planner that is long enough", "planner")
    async with desk_in_memory(always_open(), base_url=DESK, identity_secret=f"{site.kid}:{site.secret}") as place:
        customer = await place.customer(identity=site.sign("ana", place.clock()))
        chat = (await customer.ask("chat.start", team="media", text="Hi"))["chat"]
        resumed = await slow(place, customer, "chat.resume", chat)
        sent = customer.send("message.send", chat=chat, text="Are you there?")
        other = customer.send("identify", identity=site.sign("ben", place.clock()))
        await eventually(lambda: customer.peer.person != customer.greeting["visitor"], "somebody else is here")
        assert not customer.peer.pending
        await quick(place, customer)
        answers = [await customer.answer(id_) for id_ in (resumed, sent, other)]
        assert [answer.get("code", answer["type"]) for answer in answers] == ["not_found", "ok", "ok"]
        assert answers[1]["seq"] == 3 and answers[2]["chats"] == []
        assert [customer.line.answered[id_] for id_ in (resumed, sent, other)] == [1, 1, 1]
        assert not [frame for frame in customer.line.frames if "seq" in frame]


@pytest.mark.parametrize(("after", "shown"), [(1, [2]), (2, []), (3, [])])
async def test_command_before_a_second_resume_is_answered_once(after: int, shown: list[int]) -> None:
    """Resuming from before or after the last message gives one `ok` for it, ahead of the answer to the resume."""
    async with desk_in_memory(always_open()) as place:
        customer, chat = await begun(place)
        first = await slow(place, customer, "chat.resume", chat)
        sent = customer.send("message.send", chat=chat, text="Are you there?")
        again = customer.send("chat.resume", chat=chat, after=after)
        await eventually(lambda: place.desk.hub.place_of(customer.peer, chat) == after, "it is resumed from there")
        assert bool(customer.peer.pending) is (after < 3)
        await quick(place, customer)
        answers = [await customer.answer(id_) for id_ in (first, sent, again)]
        assert [(answer["type"], answer["seq"]) for answer in answers] == [("ok", 3)] * 3
        assert list(customer.line.answered)[-3:] == [sent, first, again]
        assert [customer.line.answered[id_] for id_ in (first, sent, again)] == [1, 1, 1]
        assert [frame["seq"] for frame in customer.line.frames if "seq" in frame] == shown
