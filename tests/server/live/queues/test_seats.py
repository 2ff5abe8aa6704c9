"""A claim holds proposals against the store: what was chosen or changed since the floor was told counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import pytest

from chat.adapters import archive
from chat.frames.people import Staff
from chat.handover import By, Handovers
from chat.ports import Held
from identity.adapters.store import SqlStore
from routing.adapters import store
from routing.assign import Placement
from storage.ports import Tx
from tests.stories.counting import statements
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, open_chat

HOURS = always_open()


def pauses(tx: Tx, staff: str) -> None:
    store.set_presence(tx, staff, "available", None, None, ["media"], 0)


def leaves(tx: Tx, staff: str) -> None:
    SqlStore().set_role(tx, staff, "agent", (), {"prod"})


@pytest.mark.parametrize("changes", [pauses, leaves])
async def test_claim_respects_changes_stored_meanwhile(changes: Callable[[Tx, str], None]) -> None:
    """An agent who paused or left the team in the meantime gets none of its chats, but still gets those of the other
    team."""
    async with desk_in_memory(HOURS) as place:
        ada = (await available(place, "Ada", "media", "prod", capacity=0)).greeting["staff"]
        _, chat = await begun(place)
        _, other = await begun(place, "prod")

        def unit(tx: Tx) -> None:
            changes(tx, ada)
            store.set_presence(tx, ada, "available", None, 5, None, 0)

        await place.desk.storage.write(unit)
        now = place.clock()
        asked = [Placement(chat, "media", ada), Placement(other, "prod", ada)]
        assert await place.desk.seats.claim(asked, now) == [False, True]
        assert open_chat(place, chat) == ("queued", "media", None)
        assert open_chat(place, other) == ("active", "prod", ada)


async def waiting(place: DeskInMemory, count: int, team: str = "media") -> list[str]:
    return [(await begun(place, team))[1] for _ in range(count)]


def agent_of(place: DeskInMemory, chat: str) -> str | None:
    found = open_chat(place, chat)
    return found[2] if found else None


async def test_placements_of_one_claim_are_decided_each_by_itself() -> None:
    """No agent gets more chats than slots, and a chat that is gone or given twice does not affect the others."""
    async with desk_in_memory(HOURS) as place:
        agents = [(await available(place, name, capacity=0)).greeting["staff"] for name in ("Ada", "Bo")]
        ada, bo = agents
        chats = await waiting(place, 4)
        ended, gone = await begun(place)
        await ended.ask("chat.end", chat=gone)

        def unit(tx: Tx) -> None:
            for staff, capacity in ((ada, 2), (bo, 1)):
                store.set_presence(tx, staff, "available", None, capacity, None, 0)

        await place.desk.storage.write(unit)
        placed = [(chats[0], ada), (gone, bo), (chats[1], ada), (chats[2], ada), (chats[0], bo), (chats[3], bo)]
        now = place.clock()
        won = await place.desk.seats.claim([Placement(chat, "media", staff) for chat, staff in placed], now)
        assert won == [True, False, True, False, False, True]
        assert [agent_of(place, chat) for chat in chats] == [ada, ada, None, bo]
        for chat, seq in ((chats[0], 3), (chats[2], 2)):
            log = await place.desk.storage.read(partial(archive.after, chat=chat, seq=0, limit=100))
            assert [event.seq for event in log] == list(range(1, seq + 1))
        choices = await place.desk.storage.read(lambda tx: [store.choice_of(tx, staff) for staff in agents])
        assert [choice.last_chat_at for choice in choices if choice is not None] == [now, now]


async def test_placement_that_cannot_be_stored_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk_in_memory(HOURS) as place:
        ada = (await available(place, "Ada", capacity=0)).greeting["staff"]
        chats = await waiting(place, 5)
        await place.desk.storage.write(lambda tx: store.set_presence(tx, ada, "available", None, 5, None, 0))
        assign = Handovers.assign

        def broken(self: Handovers, held: Held, agent: Staff, by: By, now: int) -> bool:
            if held.chat.id == chats[3]:
                raise ValueError("a bad row")
            return assign(self, held, agent, by, now)

        monkeypatch.setattr(Handovers, "assign", broken)
        asked = [Placement(chat, "media", ada) for chat in chats]
        results = await place.desk.seats.claim(asked, place.clock())
        assert [result is True for result in results] == [True, True, True, False, True]
        assert isinstance(results[3], ValueError)
        assert [agent_of(place, chat) for chat in chats] == [ada, ada, ada, None, ada]


async def test_many_placements_take_as_many_statements_as_two() -> None:
    async with desk_in_memory(HOURS) as place:
        ada = (await available(place, "Ada", capacity=0)).greeting["staff"]
        chats = await waiting(place, 14)
        await place.desk.storage.write(lambda tx: store.set_presence(tx, ada, "available", None, 50, None, 0))
        write, took = place.desk.storage.write, list[list[str]]()

        async def counted(unit: Callable[[Tx], object]) -> object:
            def counting(tx: Tx) -> object:
                with statements() as sent:
                    done = unit(tx)
                took.append(sent)
                return done

            return await write(counting)

        for some in (chats[:2], chats[2:]):
            await place.quiet()
            with patch.object(place.desk.storage, "write", counted):
                assert all(await place.desk.seats.claim([Placement(one, "media", ada) for one in some], place.clock()))
    assert len(took[0]) == len(took[1]) <= 12, took
