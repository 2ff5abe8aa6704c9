"""Random days of a desk: every additive figure equals a plain recount, and every split of it adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from random import Random
from zoneinfo import ZoneInfo

import pytest

from clock import from_rfc3339
from reports.adapters import queries
from reports.asking import Asked
from reports.cells import STAYS
from reports.overview import days_before, figures_of
from reports.periods import Period
from reports.sums import Sums
from reports.tally import Opened, count_of
from server.live.reports.report_counting import Recounted
from tests.running import Frame
from tests.stories.client_in_memory import Client
from tests.stories.desk_in_memory import DeskInMemory, desk_in_memory
from tests.stories.people_in_memory import always_open, available, joined, jumped, passed

ZONE = ZoneInfo("America/New_York")
BEGINS = int(datetime(2026, 10, 31, 15, tzinfo=ZONE).timestamp() * 1000)
"""The day before the clocks go back, and the last one of its month."""
HOURS = always_open().replace("timezone: UTC", "timezone: America/New_York")
STEPS = 40
CODES = ("support_question", "training_suggested", "no_issue", "set_up", "void")


@dataclass
class Shift:
    """A desk with agents and a supervisor, and its open chats with their customers."""

    place: DeskInMemory
    rng: Random
    agents: dict[str, Client]
    supervisor: Client
    chats: dict[str, Client] = field(default_factory=dict)
    ended: dict[str, Client] = field(default_factory=dict)
    said: list[tuple[str, int]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    """The waits that customers were told, by chat."""

    async def step(self) -> None:
        steps = (
            self.begin,
            self.write,
            self.write,
            self.write,
            self.close,
            self.transfer,
            self.leave,
            self.end,
            self.rate,
            self.redact,
            self.patch,
            self.patch,
            self.set_clock_back,
        )
        await self.rng.choice(steps)()
        await self.place.desk.report_counting.sweep()
        seconds = self.rng.choices((1, 20, 90, 400, 9_000, 40_000), (9, 9, 9, 4, 1, 1))[0]
        await passed(self.place, seconds)
        await self.place.desk.report_counting.sweep()
        for agent in self.agents.values():
            # They go away by themselves after a while.
            await agent.ask("presence.set", status="available")
        if self.rng.randrange(2):
            await self.begin()

    async def begin(self) -> None:
        customer = await self.place.customer()
        begun = await customer.command("chat.start", team=self.rng.choice(("media", "prod")), text="It fails")
        self.chats[begun["chat"]] = customer
        self.told |= {} if begun["wait_s"] is None else {begun["chat"]: begun["wait_s"]}
        await self.place.settle(after_a_while=False)

    async def write(self) -> None:
        if chat := self._any():
            for writer in (self.chats[chat], *self.agents.values()):
                if self.rng.randrange(3):
                    said = await writer.ask("message.send", chat=chat, text="Good morning")
                    self.said += [(chat, said["seq"])] if said["type"] == "ok" else []

    async def close(self) -> None:
        if chat := self._any():
            status = self.rng.choice(({"status": "open"}, {"status": "solved", "resolution": self.rng.choice(CODES)}))
            for agent in self.agents.values():
                if (await agent.ask("chat.close", chat=chat, **status))["type"] == "ok":
                    self.ended[chat] = self.chats.pop(chat)

    async def transfer(self) -> None:
        if chat := self._any():
            for agent in self.agents.values():
                await agent.ask("chat.transfer", chat=chat, team=self.rng.choice(("media", "prod")))

    async def leave(self) -> None:
        """An agent loses the connection until their chats are requeued, and comes back."""
        name = self.rng.choice(list(self.agents))
        token = self.agents[name].token
        await self.place.cut(self.agents[name])
        await passed(self.place, self.rng.choice((10, 120)))
        self.agents[name] = await self.place.staff(token)
        await self.agents[name].ask("presence.set", status="available")

    async def end(self) -> None:
        if chat := self._any():
            self.ended[chat] = self.chats.pop(chat)
            await self.ended[chat].ask("chat.end", chat=chat)

    async def rate(self) -> None:
        if self.ended:
            chat = self.rng.choice(list(self.ended))
            await self.ended[chat].ask("chat.rate", chat=chat, score=self.rng.randrange(1, 6))

    async def redact(self) -> None:
        if self.said:
            chat, seq = self.rng.choice(self.said)
            await self.supervisor.ask("message.redact", chat=chat, of=seq, reason="A password")

    async def patch(self) -> None:
        number = self.rng.randrange(1, 5)
        change = self.rng.choice(
            (
                {"status": "open", "with": "product"},
                {"status": "open", "with": "support"},
                {"status": "solved", "resolution": self.rng.choice(CODES)},
                {"team": self.rng.choice(("media", "prod"))},
            )
        )
        async with self.place.http(self.supervisor.token) as http:
            assert (await http.patch(f"/api/tickets/{number}", json=change)).status_code in (200, 404, 409, 422)

    async def set_clock_back(self) -> None:
        await jumped(self.place, -self.rng.randrange(3_000))

    def _any(self) -> str | None:
        return self.rng.choice(list(self.chats)) if self.chats else None

    async def finish(self) -> None:
        while self.chats:
            await self.end()
        await self.place.settle(after_a_while=False)
        await self.place.desk.report_counting.sweep()


@pytest.mark.parametrize("seed", range(2))
async def test_figures_of_random_days_equal_a_plain_recount_and_add_up(seed: int, database_url: str | None) -> None:
    async with desk_in_memory(HOURS, BEGINS, database_url) as place:
        agents = {"Priya": await available(place, "Priya"), "Bo": await available(place, "Bo", "media", "prod")}
        shift = Shift(place, Random(seed), agents, await joined(place, "Sue", "media", "prod", role="supervisor"))
        for _ in range(STEPS):
            await shift.step()
        await shift.finish()
        period = Period(*(datetime(2026, month, 1, tzinfo=ZONE).toordinal() for month in (10, 12)))
        sums = await read(place, Asked(period=period, teams=None))
        expected = await recounted(shift)
        assert Counter({name: count for name, count in plainly(sums).items() if count}) == expected
        assert min(expected["answered"], expected["created"]) > 5, expected
        await adds_up(place, sums, period)
        assert await place.desk.report_counting.recount() == Recounted(expected["created"], 0, 0)


async def read(place: DeskInMemory, asked: Asked) -> Sums:
    return await place.desk.storage.read(partial(queries.sums_of, asked=asked))


def plainly(sums: Sums) -> Counter[str]:
    """The figures that `recounted` has."""
    figures, total = figures_of(sums.total), Opened(sums.total)
    names = ("offered", "answered", "abandoned", "missed", "created", "solved", "reopened", "training_suggested")
    found = Counter({name: getattr(figures, name) for name in (*names, "no_issue", "void")})
    found |= {f"{name}_ms": total.sum(name) for name in ("wait", "first", "next", "handle")}
    found |= {f"{name}_ms": total.count(STAYS[name][1]) for name in ("open", "with_product")}
    found["promised"], found["ratings"] = figures.promised_wait.count, figures.rating.count
    return found


async def adds_up(place: DeskInMemory, sums: Sums, period: Period) -> None:
    """Days, teams, agents, products, channels and months have the total, from cells and from facts."""
    total = sums.total
    assert sum(sums.teams.values()) == total
    for dimension in ("agent", "product", "channel"):
        assert sum(sums.keys[dimension].values()) == total, dimension
    days = [
        await read(place, Asked(period=Period(day, day + 1), teams=None)) for day in range(period.first, period.after)
    ]
    assert sum(day.total for day in days) == total
    assert sum(sum(day.keys["agent"].values()) for day in days) == total
    asked = Asked(period=period, teams=None)
    of_teams = [await read(place, replace(asked, teams=(team,))) for team in ("media", "prod", "finance")]
    assert sum(one.total for one in of_teams) == total
    of_agents = [await read(place, replace(asked, agent=agent)) for agent in sums.keys["agent"]]
    assert sum(one.total for one in of_agents) == total
    of_channels = [
        await read(place, replace(asked, channels=(channel,))) for channel in ("chat", "form", "email", "staff")
    ]
    assert sum(one.total for one in of_channels) == total
    for agent, one in zip(sums.keys["agent"], of_agents, strict=True):
        assert one.total == sums.keys["agent"][agent]
        assert count_of(one.total, "offered") == figures_of(sums.keys["agent"][agent]).offered
        await compares(place, replace(asked, agent=agent))
    for other in (asked, replace(asked, channels=("chat", "staff")), replace(asked, products=("Lumina",))):
        await compares(place, other)
        await compares(place, replace(other, teams=("media",), channels=("chat",)))


async def compares(place: DeskInMemory, asked: Asked) -> None:
    """The sums that a comparison shows are those of the period, for parts of months too."""
    for first in range(3):
        period = Period(asked.period.first + 20 * first, asked.period.after - 7 * first)
        found, expected = [
            await place.desk.storage.read(partial(sums_of, asked=replace(asked, period=period)))
            for sums_of in (queries.compared_sums_of, queries.sums_of)
        ]
        assert {team: tally for team, tally in found.teams.items() if tally} == expected.teams
        solved = [
            {code: count for code, tally in sums.keys["code"].items() if (count := count_of(tally, "solved"))}
            for sums in (found, expected)
        ]
        assert solved[0] == solved[1]
        days = range(period.first, period.after)
        assert days_before(found, days) == days_before(expected, days)


async def recounted(shift: Shift) -> Counter[str]:
    """Counts what the API says of each ticket: its chats and its history."""
    found: Counter[str] = Counter()
    async with shift.place.http(shift.supervisor.token) as http:
        for number in range(1, 200):
            answer = await http.get(f"/api/tickets/{number}")
            if answer.status_code == 404:
                break
            ticket = answer.json()
            chats: dict[str, list[Frame]] = {}
            for event in ticket["transcript"]:
                if "chat" in event:
                    chats.setdefault(event["chat"], []).append(event)
            for place, events in enumerate(chats.values(), 1):
                of_chat(found, ticket, events, shift.told, last=place == len(chats))
            of_history(found, ticket)
    return Counter({name: count for name, count in found.items() if count})


def of_chat(found: Counter[str], ticket: Frame, events: list[Frame], told: dict[str, int], *, last: bool) -> None:
    queued = from_rfc3339(events[0]["at"])
    closed = next(event for event in events if event["type"] == "chat.closed")
    joined = [from_rfc3339(event["at"]) for event in events if event["type"] == "chat.assigned"][:1]
    by_staff = [one for one in events if one["type"] == "message" and one["from"]["kind"] != "customer"]
    rating = ticket["rating"] if last else None
    void = ticket["resolution"] == "void" and rating is None and len(by_staff) <= 3
    found["offered"] += 1
    found["answered" if joined else "missed" if closed["reason"] == "missed" else "abandoned"] += 1
    found["void"] += void
    if void:
        return
    found["ratings"] += rating is not None
    of_replies(found, events, queued)
    if joined:
        found["wait_ms"] += max(0, joined[0] - queued)
        found["handle_ms"] += max(0, from_rfc3339(closed["at"]) - joined[0])
        found["promised"] += closed["chat"] in told
        found["first_ms"] += max(0, from_rfc3339(by_staff[0]["at"]) - joined[0]) if by_staff else 0


def of_replies(found: Counter[str], events: list[Frame], queued: int) -> None:
    owed: int | None = queued
    replied = False
    for event in events:
        at = from_rfc3339(event["at"])
        if event["type"] == "chat.queued" or (event["type"] == "message" and event["from"]["kind"] == "customer"):
            owed = at if owed is None else owed
        elif event["type"] == "message":
            found["next_ms"] += max(0, at - owed) if replied and owed is not None else 0
            owed, replied = None, True


def of_history(found: Counter[str], ticket: Frame) -> None:
    state = {"status": "open", "with": "support", "team": None, "assignee": None, "product": None, "resolution": None}
    for line in reversed(ticket["history"]):
        if line["field"] in state:
            state[line["field"]] = line["from"]
    state["status"] = state["status"] or "open"
    began, times = from_rfc3339(ticket["created_at"]), Counter[str]()
    codes: list[str | None] = []
    changes = [line for line in ticket["history"] if line["field"] in state]
    for (at, _), together in groupby(changes, key=lambda line: (line["at"], str(line["by"]))):
        before = dict(state)
        state |= {line["field"]: line["to"] for line in together}
        if state["status"] == "solved":
            codes = [*(codes if before["status"] != "solved" else codes[:-1]), state["resolution"]]
        found["reopened"] += before["status"] == "solved" != state["status"]
        if kind_of(before) != kind_of(state):
            times[kind_of(before)[0]] += max(0, from_rfc3339(at) - began)
            began = max(began, from_rfc3339(at))
    found["created"] += 1
    found["solved"] += len(codes)
    for code in codes:
        if code in ("training_suggested", "no_issue"):
            found[code] += 1
    for status in ("open", "with_product"):
        found[f"{status}_ms"] += times[status]


def kind_of(state: Frame) -> tuple[str, ...]:
    """What the ticket waits for, and with whom."""
    kind = "with_product" if (state["status"], state["with"]) == ("open", "product") else state["status"]
    return (kind, *(str(state[name]) for name in ("team", "assignee", "product")))
