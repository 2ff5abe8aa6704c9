"""Steps for stories on a desk in memory: people, time, and the state of a chat."""

from __future__ import annotations

from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def always_open(media: str = "", prod: str = "") -> str:
    """An hours file: Media and Prod, with these keys, are always open, Finance never."""
    always = ", ".join(f'{day}: ["00:00-24:00"]' for day in WEEK)
    return f"""\
timezone: UTC
schedules:
  always: {{{always}}}
  never: {{}}
teams:
  media: {{name: Media, schedule: always, {media}}}
  prod: {{name: Prod, schedule: always, {prod}}}
  finance: {{name: Finance, schedule: never}}
"""


async def moved(place: DeskInMemory, now: int) -> None:
    """Set the time, and run what is due."""
    place.clock.at = now
    await place.settle(after_a_while=True)


async def passed(place: DeskInMemory, seconds: float) -> None:
    """Let time pass, and run what is due."""
    place.clock.forward(seconds)
    await place.settle(after_a_while=True)


async def jumped(place: DeskInMemory, seconds: float) -> None:
    """Set the wall clock without time passing, and run what is due."""
    place.clock.jump(seconds)
    await place.settle(after_a_while=True)


async def joined(place: DeskInMemory, name: str, *teams: str, capacity: int = 5, role: str = "agent") -> Client:
    """A new, connected person of staff who takes no chats yet. Their team is Media unless others are given."""
    _, token = await place.enrol(name, teams=teams or ("media",), capacity=capacity, role=role)
    return await place.staff(token)


async def available(place: DeskInMemory, name: str, *teams: str, capacity: int = 5, role: str = "agent") -> Client:
    """As `joined`, but available."""
    client = await joined(place, name, *teams, capacity=capacity, role=role)
    await client.ask("presence.set", status="available")
    await place.settle(after_a_while=False)
    return client


async def begun(place: DeskInMemory, team: str = "media", **hello: str) -> tuple[Client, str]:
    """A new customer who has started a chat, and its id."""
    customer = await place.customer(**hello)
    chat: str = (await customer.ask("chat.start", team=team, text="SO-448210 takes no dates"))["chat"]
    await place.settle(after_a_while=False)
    return customer, chat


def open_chat(place: DeskInMemory, chat: str) -> tuple[str, str, str | None] | None:
    """State, team and agent of a chat. None if it is closed."""
    found = [(one.state, one.team, one.agent) for one in place.desk.open_chats.all() if one.id == chat]
    return found[0] if found else None


def reason(client: Client) -> str | None:
    """Why the customer's chat was closed. None if it was not."""
    closed = client.last("chat.closed")
    return None if closed is None else closed["reason"]
