"""A desk of two teams for the stories of routing: a clock that a test moves, sweeps that come at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.running import SOON, Client, Frame, RunningDesk, SettableClock, eventually, running

HOURS = """\
timezone: America/New_York
schedules:
  always: {{mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
           fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}}
  never: {{}}
teams:
  media: {{name: Media, schedule: always, {media}}}
  prod: {{name: Prod, schedule: always, {prod}}}
  finance: {{name: Finance, schedule: never}}
"""


class Desk:
    """One desk that can be opened again, on the same data, with the clock where it stood."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.clock = SettableClock()
        self._folder = folder
        self._url = database_url

    @asynccontextmanager
    async def open(self, media: str = "", prod: str = "", identity_secret: str = "") -> AsyncIterator[RunningDesk]:
        """`media` and `prod`: keys of these teams in the hours file."""
        hours = self.write_hours(media, prod)
        known: dict[str, Any] = {"identity_secret": identity_secret} if identity_secret else {}
        opened = running(self._folder / "data", self.clock, self._url, hours=hours, intervals=SOON, **known)
        async with opened as desk:
            yield desk

    def write_hours(self, media: str = "", prod: str = "") -> Path:
        """The hours file, which says this from now on."""
        hours = self._folder / "hours.yaml"
        hours.write_text(HOURS.format(media=media, prod=prod), encoding="utf-8")
        return hours

    def pass_s(self, seconds: float) -> None:
        """Let so much time go by."""
        self.clock.at += int(seconds * 1000)


async def available(desk: RunningDesk, name: str, **facts: object) -> Client:
    """Somebody new of staff who takes chats, of Media unless told otherwise."""
    agent = await desk.staff(name, **facts)
    await agent.command("presence.set", status="available")
    return agent


async def begun(desk: RunningDesk, team: str = "media") -> tuple[Client, Frame]:
    """A customer who has started a chat, and what they were answered."""
    customer = await desk.customer()
    return customer, await customer.command("chat.start", team=team, text="SO-448210 takes no dates")


async def talking(desk: RunningDesk, agent: Client, team: str = "media") -> tuple[Client, str]:
    """A customer who talks with `agent`; the chat's id."""
    customer, started = await begun(desk, team)
    await agent.event("chat.assigned", chat=started["chat"])
    await customer.event("chat.assigned", chat=started["chat"])
    return customer, started["chat"]


async def heard(client: Client, count: int, type_: str, **facts: object) -> Frame:
    """The `count`-th event of that type and with those facts, waited for."""

    def found() -> list[Frame]:
        return [e for e in client.events if e["type"] == type_ and all(e.get(k) == v for k, v in facts.items())]

    await eventually(lambda: len(found()) >= count, f"{count} × {type_} {facts}; heard {client.events}")
    return found()[count - 1]


def kinds(client: Client, chat: str) -> list[str]:
    """The types of the durable events of a chat, as they came."""
    return [event["type"] for event in client.durable(chat)]


async def tickets_of(desk: RunningDesk, agent: Client) -> list[Frame]:
    """The tickets that somebody of staff sees."""
    found: list[Frame] = (await desk.http(agent.token).get("/api/tickets")).json()["tickets"]
    return found
