"""Who is here, who is not, and what becomes of their chats."""

from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import col, select

from routing.adapters.tables import AgentStateRow
from storage.ports import StorageUnavailable, Tx
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, jumped, open_chat, passed
from tests.stories.unanswered import unanswered

PROD = "agent_grace_s: 20, agent_idle_s: 1800"


def hours(assign: str = "auto") -> str:
    return always_open(f"agent_grace_s: 60, agent_idle_s: 900, offer_s: 30, assign: {assign}", PROD)


def chosen(place: DeskInMemory, client: Client) -> tuple[str, str | None]:
    agent = place.desk.routing.floor.get(client.greeting["staff"])
    assert agent is not None
    return agent.choice.status, agent.choice.reason


async def timeline(place: DeskInMemory, client: Client) -> list[tuple[int, str, bool]]:
    """The rows of an agent: time, status, connected."""

    def look(tx: Tx) -> list[tuple[int, str, bool]]:
        mine = select(AgentStateRow).where(AgentStateRow.staff == client.greeting["staff"])
        return [(row.at, row.status, row.connected) for row in tx.session.exec(mine.order_by(col(AgentStateRow.id)))]

    return await place.desk.storage.read(look)


async def test_chat_is_requeued_after_the_grace_of_its_team() -> None:
    """A disconnected agent loses the chat of the team with the shorter grace period and keeps the other one. A
    colleague with a free slot gets it at once."""
    async with desk_in_memory(hours()) as place:
        ada = await available(place, "Ada", "media", "prod")
        (_, slow), (_, fast) = await begun(place), await begun(place, "prod")
        bo = await available(place, "Bo", "prod")
        await place.cut(ada)
        await passed(place, 20)
        assert [open_chat(place, chat) for chat in (slow, fast)] == [
            ("active", "media", ada.greeting["staff"]),
            ("active", "prod", bo.greeting["staff"]),
        ]
        assert place.desk.attendance.is_gone(ada.greeting["staff"], "prod")
        assert not place.desk.attendance.is_gone(ada.greeting["staff"], "media")


@pytest.mark.parametrize("hour", [3_600, -3_600])
async def test_clock_jump_makes_nobody_absent(hour: int) -> None:
    """An hour ahead or back. Connected agents are not idle, and a disconnected agent has exactly the rest of the grace
    period."""
    async with desk_in_memory(hours()) as place:
        ada, bo = await available(place, "Ada"), await available(place, "Bo", "prod")
        _, chat = await begun(place)
        await place.cut(ada)
        await passed(place, 30)
        await jumped(place, hour)
        await passed(place, 29)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])
        assert chosen(place, bo) == ("available", None)
        await passed(place, 1)
        assert open_chat(place, chat) == ("queued", "media", None)


async def test_timeline_after_a_crash_ends_at_the_last_write() -> None:
    """After the restart the agent is disconnected since the last write. The chosen status stays."""
    async with desk_in_memory(hours()) as place:
        ada = await available(place, "Ada")
        await begun(place)
        written_at = place.clock()
        await passed(place, 600)
        await place.close()
        await place.open()
        assert (await timeline(place, ada))[-2:] == [
            (written_at, "available", True),
            (written_at, "available", False),
        ]


async def test_timeline_is_completed_after_a_database_outage(monkeypatch: pytest.MonkeyPatch) -> None:

    async def unavailable(_: object) -> None:
        raise StorageUnavailable("its disk is full")

    async with desk_in_memory(hours()) as place:
        ada = await available(place, "Ada")
        await passed(place, 10)
        with monkeypatch.context() as away:
            away.setattr(place.desk.storage, "write", unavailable)
            gone_at = place.clock()
            await place.cut(ada)
            await place.quiet()
        assert (await timeline(place, ada))[-1][2] is True
        await passed(place, 5)
        assert (await timeline(place, ada))[-1] == (gone_at, "available", False)


async def test_agent_of_two_teams_is_idle_by_the_longer_time() -> None:
    """Any activity restarts the time."""
    async with desk_in_memory(hours()) as place:
        ada, bo = await available(place, "Ada"), await available(place, "Bo", "media", "prod")
        await passed(place, 899)
        place.desk.attendance.active(ada.greeting["staff"])
        await passed(place, 898)
        assert [chosen(place, one)[0] for one in (ada, bo)] == ["available", "available"]
        await passed(place, 3)
        assert [chosen(place, one) for one in (ada, bo)] == [
            ("away", "Inactive for a while"),
            ("away", "Inactive for a while"),
        ]


async def test_auto_away_with_an_unanswered_commit_counts() -> None:
    """If the commit that sets an agent away is not acknowledged, the server sees the result at the next check, and
    assigns them no chat until they are available again."""
    async with desk_in_memory(hours()) as place:
        ada = await available(place, "Ada")
        place.clock.forward(900)
        with unanswered(place.desk), pytest.raises(StorageUnavailable):
            await place.desk.absences.sweep()
        await place.settle(after_a_while=True)
        assert chosen(place, ada) == ("away", "Inactive for a while")
        _, chat = await begun(place)
        assert open_chat(place, chat) == ("queued", "media", None)
        await ada.ask("presence.set", status="available")
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("active", "media", ada.greeting["staff"])


async def test_two_missed_offers_in_a_row_set_away() -> None:
    """An answer in between, even a decline, resets the count."""
    async with desk_in_memory(hours("offer")) as place:
        ada = await available(place, "Ada", capacity=1)
        for _ in range(2):
            _, chat = await begun(place)
            await passed(place, 30)
            _, declined = await begun(place)
            await ada.command("chat.decline", chat=declined)
            await place.settle(after_a_while=True)
        assert chosen(place, ada) == ("available", None)
        _, chat = await begun(place)
        await passed(place, 30)
        await begun(place)
        await passed(place, 30)
        assert chosen(place, ada) == ("away", "Missed two chats")
        assert open_chat(place, chat) == ("queued", "media", None)
        presence, back = ada.newest("presence", by="system"), await place.staff(ada.token)
        for fact in ("status", "reason", "since", "by"):
            assert back.greeting[fact] == presence[fact]
        await back.command("presence.set", status="away")
        assert (await place.staff(ada.token)).greeting["by"] == "self"


async def misses_an_offer(place: DeskInMemory) -> str:
    """A new chat is offered and the deadline passes. Returns its id."""
    _, chat = await begun(place)
    assert place.desk.open_chats.offered_to(chat) is not None
    await passed(place, 30)
    return chat


async def test_offers_that_overlap_count_as_one() -> None:
    """An agent who accepts one of three keeps their status when the others expire. Two that expire together, or one
    after the other, are one miss."""
    async with desk_in_memory(hours("offer")) as place:
        ada = await available(place, "Ada")
        _, taken = await begun(place)
        for _ in range(2):
            await begun(place)
        await passed(place, 10)
        await ada.command("chat.accept", chat=taken)
        await passed(place, 20)
        assert len(ada.heard("chat.withdrawn", reason="passed")) == 2
        assert chosen(place, ada) == ("available", None)
        await begun(place)
        await passed(place, 15)
        await begun(place)
        await passed(place, 15)
        await passed(place, 15)
        assert len(ada.heard("chat.withdrawn", reason="passed")) == 4
        assert chosen(place, ada) == ("available", None)
        await misses_an_offer(place)
        assert chosen(place, ada) == ("away", "Missed two chats")


async def test_refused_command_is_no_answer_to_an_offer() -> None:
    async with desk_in_memory(hours("offer")) as place:
        ada = await available(place, "Ada")
        missed = await misses_an_offer(place)
        for command in ("chat.accept", "chat.decline"):
            await ada.refused("conflict", command, chat=missed)
        await misses_an_offer(place)
        assert chosen(place, ada) == ("away", "Missed two chats")


@pytest.mark.parametrize("work", ["picks", "answers", "is done", "goes on"])
async def test_work_between_two_missed_offers_resets_the_count(work: str) -> None:
    """A picked chat, an assigned and answered chat, or a message in an open chat. A note does not reset it."""
    async with desk_in_memory(hours("offer")) as place:
        ada = await available(place, "Ada", "media", "prod")
        other, under_way = await begun(place, "prod")
        await ada.ask("message.send", chat=under_way, text="Good morning")
        place.clock.forward(1)
        missed = await misses_an_offer(place)
        if work == "picks":
            await ada.command("chat.pick", chat=missed)
        elif work == "goes on":
            await ada.ask("message.send", chat=under_way, text="Which line is it?")
            await other.ask("message.send", chat=under_way, text="Line 3")
        else:
            customer, given = await begun(place, "prod")
            await ada.command("message.send", chat=given, text="Good morning")
            if work == "is done":
                await customer.ask("chat.end", chat=given)
            else:
                await customer.ask("message.send", chat=given, text="Line 3")
        await misses_an_offer(place)
        assert chosen(place, ada) == ("available", None)
        await ada.ask("note.add", chat=under_way, text="Knows the order")
        await misses_an_offer(place)
        assert chosen(place, ada) == ("away", "Missed two chats")


async def test_unanswered_assigned_chat_does_not_reset_the_count() -> None:
    async with desk_in_memory(hours("offer")) as place:
        ada = await available(place, "Ada", "media", "prod")
        await misses_an_offer(place)
        _, given = await begun(place, "prod")
        assert open_chat(place, given) == ("active", "prod", ada.greeting["staff"])
        await misses_an_offer(place)
        assert chosen(place, ada) == ("away", "Missed two chats")


async def test_release_works_once_and_for_the_chats_agent_only() -> None:
    async with desk_in_memory(hours()) as place:
        ada = await available(place, "Ada", capacity=1)
        _, chat = await begun(place)
        absences, storage = place.desk.absences, place.desk.storage
        staff = ada.greeting["staff"]
        await ada.ask("presence.set", status="away")
        lost = [
            await storage.write(partial(absences.release, chat=chat, agent=who, why="gone"))
            for who in ("somebody", staff, staff)
        ]
        assert lost == [False, True, False]
        await place.settle(after_a_while=True)
        assert open_chat(place, chat) == ("queued", "media", None)


async def test_leaving_agent_goes_offline_after_their_last_chat() -> None:
    """They are away until then, on all devices and over a restart, and get no new chats. Any other choice ends it."""
    async with desk_in_memory(hours()) as place:
        ada = await available(place, "Ada")
        chats = [(await begun(place))[1] for _ in range(2)]
        await ada.refused("invalid", "presence.set", status="offline", leaving=True)
        chosen_now = await ada.command("presence.set", status="away", leaving=True)
        assert chosen_now["leaving"] is True
        await passed(place, 5)
        assert chosen(place, ada) == ("away", None)
        assert ada.newest("presence")["leaving"] is True
        token = ada.token
        await place.close()
        await place.open()
        ada = await place.staff(token)
        assert ada.greeting["leaving"] is True
        _, waiting = await begun(place)
        for chat in chats:
            assert chosen(place, ada) == ("away", None)
            await ada.command("chat.close", chat=chat, status="open")
            await passed(place, 1)
        assert chosen(place, ada) == ("offline", None)
        assert (ada.newest("presence")["status"], ada.newest("presence")["leaving"]) == ("offline", False)
        assert open_chat(place, waiting) == ("queued", "media", None)


async def test_agent_who_changes_their_mind_stays() -> None:
    async with desk_in_memory(hours()) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        await ada.command("presence.set", status="away", leaving=True)
        await ada.command("presence.set", status="away", reason="At lunch")
        await ada.command("chat.close", chat=chat, status="open")
        await passed(place, 1)
        assert chosen(place, ada) == ("away", "At lunch")
