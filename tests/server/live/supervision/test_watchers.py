"""Agents are told which supervisors watch their chats."""

from __future__ import annotations

from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, begun, joined

HOURS = always_open()


def told(client: Client) -> list[list[str]]:
    """The names that the client was told, oldest first."""
    return [[one["name"] for one in frame["by"]] for frame in client.line.frames if frame["type"] == "chat.watched"]


async def watching(place: DeskInMemory, name: str, chat: str) -> Client:
    """A supervisor of Media who watches the chat."""
    client = await joined(place, name, role="supervisor")
    await client.command("chat.watch", chat=chat)
    await place.settle(after_a_while=False)
    return client


async def test_watching_is_told_from_its_beginning_to_its_end() -> None:
    """Also when the watcher's connection is lost. Neither the customer nor a colleague who follows the chat is told."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        customer, chat = await begun(place)
        bo = await joined(place, "Bo")
        await bo.command("chat.resume", chat=chat, after=0)
        ines, joan = await watching(place, "Ines", chat), await watching(place, "Joan", chat)
        await ines.command("chat.unwatch", chat=chat)
        await place.cut(joan)
        assert told(ada) == [["Ines"], ["Ines", "Joan"], ["Joan"], []]
        assert [told(client) for client in (customer, bo, ines, joan)] == [[], [], [], []]


async def test_agent_who_connects_again_is_told_who_watches() -> None:
    """Each connection is told once it resumes the chat. It hears nothing if the watcher has left in between."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        ines = await watching(place, "Ines", chat)
        await place.cut(ada)
        again = await place.staff(ada.token)
        await again.command("chat.resume", chat=chat, after=0)
        assert told(again) == [["Ines"]]
        await place.cut(again)
        await ines.command("chat.unwatch", chat=chat)
        later = await place.staff(ada.token)
        await later.command("chat.resume", chat=chat, after=0)
        assert told(later) == []


async def test_next_agent_of_a_watched_chat_is_told_and_the_one_before_is_no_longer() -> None:
    """The supervisor who takes the chat over does not watch it any more."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        ines, joan = await watching(place, "Ines", chat), await watching(place, "Joan", chat)
        await ines.command("chat.take", chat=chat)
        await place.settle(after_a_while=False)
        assert told(ada) == [["Ines"], ["Ines", "Joan"], []]
        assert told(ines)[-1] == ["Joan"]
        await ines.command("chat.close", chat=chat, status="open")
        await place.settle(after_a_while=False)
        assert told(ines)[-1] == []
        assert told(joan) == []


async def test_supervisor_who_no_longer_sees_the_team_does_not_watch() -> None:
    """The chat went to another team. Its watchers stop to follow it, and nobody is told that they still watch."""
    async with desk_in_memory(HOURS) as place:
        ada = await available(place, "Ada")
        _, chat = await begun(place)
        await watching(place, "Ines", chat)
        bo = await available(place, "Bo", "prod")
        await ada.command("chat.transfer", chat=chat, team="prod", note="A matter of production")
        await place.settle(after_a_while=False)
        assert (told(ada), told(bo)) == ([["Ines"], []], [])
