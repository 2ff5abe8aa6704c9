"""Three months of past chats of the demo, for its reports.

All of it is invented. It is the same at each start, apart from the days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import log
from random import Random
from typing import NamedTuple

from clock import zones
from server.demo.topics import NAMES, TOPICS, Topic

DAYS = 91
"""The past begins this many days ago, and ends before yesterday. `server.demo.sample` has the chats since then."""
BUSY_DAY = 18
"""The day with twice as many chats and long waits is the working day that is at least this many days ago."""
CAPACITY = 2
"""In the past, each agent held at most this many chats at once."""
_MINUTE_MS = 60_000
_A_DAY = (9, 8, 7, 7, 5, 0, 0)
"""Chats on an average Monday, Tuesday and so on."""
_HOURS = {8: 2, 9: 10, 10: 14, 11: 16, 12: 11, 13: 9, 14: 12, 15: 12, 16: 9, 17: 4, 18: 1}
"""How many of a hundred chats begin in each hour."""
_RATINGS = {5: 70, 4: 18, 3: 7, 2: 3, 1: 2}


_TEAMS = {"media": 34, "prod": 26, "tech": 16, "finance": 14, "canadian-spot": 10}
_AGENTS: dict[str, Sequence[str]] = {
    "media": ("Priya", "Hannah", "Mateo", "Wei-Ling"),
    "prod": ("Mateo", "Priya"),
    "tech": ("Jonas", "Wei-Ling"),
    "finance": ("Deshawn", "Abimbola"),
    "canadian-spot": ("Chloe", "Priya"),
}
_SLOWER = {"finance": 1.7, "media": 1.15}
"""Teams in which customers wait longer, and how many times as long."""
COMPANIES = ("northlake.example", "grupomeridiano.example", "hoshino.example", "blue-harbor.example")


class Said(NamedTuple):
    """A message. `after_s`: seconds since the previous one."""

    by_agent: bool
    text: str
    after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChat:
    """A closed chat. `agent` is None if the customer left before anybody answered. `rating` and `reopened_s`, the time
    from the end of the chat until its ticket was reopened, are None if there was none. `void`: the customer wrote by
    accident. `told_s` is the wait that the customer was told."""

    at: int
    team: str
    topic: Topic
    name: str
    email: str
    waited_s: int
    told_s: int
    agent: str | None
    said: Sequence[Said]
    void: bool
    rating: int | None
    reopened_s: int | None

    @property
    def code(self) -> str:
        return "void" if self.void else self.topic.code

    @property
    def follows_up(self) -> str:
        """The agent who solves the ticket if nobody answered the chat."""
        return _AGENTS[self.team][0]

    @property
    def answered_at(self) -> int:
        """The time at which the agent joined, or at which the customer left."""
        return self.at + self.waited_s * 1000

    @property
    def held(self) -> Span:
        """The span in which the agent held the chat."""
        return Span(self.answered_at, self.at + self.lasted_s * 1000)

    @property
    def lasted_s(self) -> int:
        """Seconds from the first message until the end of the chat."""
        return self.waited_s + sum(one.after_s for one in self.said) + (30 if self.agent is not None else 0)


def past_chats(now: int, zone: str) -> Iterator[PastChat]:
    """The chats, oldest first."""
    today, rng = zones.local(now, zone).date(), Random("demo")
    busy = _busy_day(today)
    for back in range(DAYS, 1, -1):
        day = today - timedelta(days=back)
        usual = _A_DAY[day.weekday()] * (1 + (DAYS - back) / (4 * DAYS))
        count = round(usual * rng.uniform(0.8, 1.2) * (2 if day == busy else 1))
        for minute, second in sorted((_hour(rng) * 60 + rng.randrange(60), rng.randrange(60)) for _ in range(count)):
            at = zones.moment_of(datetime.combine(day, time(minute // 60, minute % 60, second)), zone)
            yield _chat(rng, at, crowded=day == busy)


def _busy_day(today: date) -> date:
    day = today - timedelta(days=BUSY_DAY)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _hour(rng: Random) -> int:
    return rng.choices([*_HOURS], weights=[*_HOURS.values()])[0]


def _chat(rng: Random, at: int, *, crowded: bool) -> PastChat:
    team = rng.choices([*_TEAMS], weights=[*_TEAMS.values()])[0]
    topic = rng.choices(TOPICS[team], weights=[one.share for one in TOPICS[team]])[0]
    name = rng.choice(NAMES)
    wait = _lasting(rng, 38, 0.9) * _SLOWER.get(team, 1.0) * (3 if crowded else 1)
    lost, void = rng.random() < (0.12 if crowded else 0.045), rng.random() < 0.023
    waited_s = max(3, round(wait))
    rated = not lost and rng.random() < 0.37
    return PastChat(
        at=at,
        team=team,
        topic=topic,
        name=name,
        email=f"{name.split()[0].lower()}@{COMPANIES[NAMES.index(name) % len(COMPANIES)]}",
        waited_s=waited_s,
        told_s=round(waited_s * rng.lognormvariate(0.15, 0.45)),
        agent=None if lost else rng.choices(_AGENTS[team], weights=range(len(_AGENTS[team]), 0, -1))[0],
        said=() if lost else _said(rng, name, topic, void=void),
        void=void and not lost,
        rating=rng.choices([*_RATINGS], weights=[*_RATINGS.values()])[0] if rated else None,
        reopened_s=rng.randrange(4, 40) * 3600 if not lost and not void and rng.random() < 0.035 else None,
    )


def _said(rng: Random, name: str, topic: Topic, *, void: bool) -> Sequence[Said]:
    hello = Said(True, f"Hi {name.split()[0]}, how can I help?", round(_lasting(rng, 60, 0.7)))
    if void:
        return (hello, Said(False, "Sorry, wrong window.", 40))
    lines = [hello, Said(False, "It is the one that I opened last.", round(_lasting(rng, 80, 0.6)))]
    for text in ("One moment, I am looking at it.", "I can see it now.", "I am asking a colleague.")[
        : rng.randrange(4)
    ]:
        lines.append(Said(True, text, round(_lasting(rng, 110, 0.6))))
        lines.append(Said(False, "ok", round(_lasting(rng, 60, 0.6))))
    lines.append(Said(True, topic.answer, round(_lasting(rng, 240, 0.8))))
    lines.append(Said(False, topic.thanks, round(_lasting(rng, 120, 0.8))))
    return lines


def _lasting(rng: Random, half_s: float, spread: float) -> float:
    """A random time in seconds, at most 45 minutes. Half of these times are shorter than `half_s`."""
    return min(2700.0, rng.lognormvariate(log(half_s), spread))


class Span(NamedTuple):
    since: int
    until: int


class Presence(NamedTuple):
    """An agent's status from `at` on."""

    at: int
    status: str
    reason: str | None
    connected: bool


def past_presence(first_name: str, held: Iterable[Span], now: int, zone: str) -> Iterator[Presence]:
    """The statuses of an agent on the working days of the past, oldest first.

    `held`: the spans in which the agent held a chat. The agent is available for some minutes before and after them, and
    works on tickets in between.
    """
    today, rng = zones.local(now, zone).date(), Random(first_name)
    by_day: dict[date, list[Span]] = {}
    for span in sorted(held):
        by_day.setdefault(zones.local(span.since, zone).date(), []).append(span)
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        spans = by_day.get(day, [])
        if not spans and (day.weekday() > 4 or rng.random() < 0.04):
            continue
        begins = _moment(day, 8 * 60 + 30 + rng.randrange(50), zone)
        lunch = _moment(day, 12 * 60 + rng.randrange(60), zone)
        ends = _moment(day, 17 * 60 + rng.randrange(60), zone)
        shifts = _shifts(rng, spans)
        if shifts:
            begins, ends = min(begins, shifts[0].since - 1), max(ends, shifts[-1].until + 1)
        yield Presence(begins, "away", "tickets", True)
        breaks = [(lunch, "lunch"), (lunch + 45 * _MINUTE_MS, "tickets")]
        if rng.random() < 0.3:
            breaks += [(lunch + 120 * _MINUTE_MS, "training"), (lunch + 165 * _MINUTE_MS, "tickets")]
        changes = [Presence(at, "away", reason, True) for at, reason in breaks if not _within(at, shifts)]
        changes += [Presence(shift.since, "available", None, True) for shift in shifts]
        changes += [Presence(shift.until, "away", "tickets", True) for shift in shifts]
        yield from sorted(changes)
        yield Presence(ends, "offline", None, False)


def _shifts(rng: Random, held: Sequence[Span]) -> list[Span]:
    """The spans in which an agent takes chats. Chats that are close together share one."""
    found: list[Span] = []
    for span in held:
        since, until = (
            span.since - rng.randrange(2, 9) * _MINUTE_MS,
            span.until + rng.randrange(2, 7) * _MINUTE_MS,
        )
        if found and since <= found[-1].until:
            found[-1] = Span(found[-1].since, max(found[-1].until, until))
        else:
            found.append(Span(since, until))
    return found


def _within(at: int, shifts: Sequence[Span]) -> bool:
    return any(shift.since <= at <= shift.until for shift in shifts)


def _moment(day: date, minute: int, zone: str) -> int:
    return zones.moment_of(datetime.combine(day, time(minute // 60, minute % 60)), zone)
