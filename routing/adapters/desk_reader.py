"""Reads the YAML nodes of an hours file into a `Desk`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytz
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from routing.adapters.public_holidays import countries, days_off
from routing.adapters.yaml_nodes import NodeReader, Wrong, is_null, nearest
from routing.desk import PRODUCTS, Desk, Overflow, Team
from routing.hours import DAY_MINUTES, DAYS, Exceptional, PublicHolidays, Schedule, Span

_TEAM_KEY = re.compile(r"[a-z0-9-]{1,32}")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NO_SPANS: tuple[Span, ...] = ()
DAYS_AND_MORE = (*DAYS, "holidays", "except")
_DAY_S = 24 * 3600
_YEAR_DAYS = 366


class DeskReader(NodeReader):
    """Reads the parts of an hours file."""

    def __init__(self) -> None:
        super().__init__()
        self.schedules: Collection[str] = ()
        self.team_keys: Collection[str] = ()

    # the parts of the file

    def desk(self, root: Node) -> Desk:
        parts = self.mapping(root, "the file", ("timezone", "schedules", "defaults", "default_team", "teams"))
        zone = self.required(parts, "timezone", root, self.zone, "the file", "America/New_York")
        schedule_nodes = self.entries(self.required(parts, "schedules", root, _node, "the file", "a mapping"))
        team_nodes = self.entries(self.required(parts, "teams", root, _node, "the file", "a mapping"))
        self.schedules = tuple(schedule_nodes)
        self.team_keys = tuple(team_nodes)
        schedules = {key: self.schedule(key, node) for key, (_, node) in schedule_nodes.items()}
        defaults = self.team_values(parts["defaults"][1], "defaults", _FURTHER) if "defaults" in parts else {}
        teams: dict[str, Team] = {}
        names: dict[str, str] = {}
        for key, (key_node, node) in team_nodes.items():
            team = self.team(key, key_node, node, defaults, names)
            if team is not None:
                teams[key] = team
        if "teams" in parts and not team_nodes and isinstance(parts["teams"][1], MappingNode):
            self.wrong(parts["teams"][1], "at least one team", "no team")
        default = self.default_team(parts["default_team"][1], teams) if "default_team" in parts else ""
        return Desk(
            timezone=zone or "UTC",
            teams=teams,
            schedules=schedules,
            days_off=days_off,
            default_team=default,
            default_products=defaults["products"][0] if "products" in defaults else PRODUCTS,
        )

    def default_team(self, node: Node, teams: Mapping[str, Team]) -> str:
        """The key of the default team; empty if the file defines no team with this key."""
        key = self.tried(self.other_team, node, "")
        if key in teams and teams[key].retired:
            self.wrong(node, "a team that is not retired")
        return key

    def schedule(self, key: str, node: Node) -> Schedule:
        """A schedule: a mapping, or a list of mappings. In a list, each mapping after the first needs `from`, and each
        of these dates must be later than the one before."""
        if not isinstance(node, SequenceNode):
            return self.version(key, node, DAYS_AND_MORE)
        read = [(self.version(key, item, (*DAYS_AND_MORE, "from")), item) for item in node.value]
        if not read:
            self.wrong(node, "a mapping, or a list of mappings with from")
            return Schedule(key, ((),) * 7)
        for (before, _), (version, item) in pairwise(read):
            if version.since is None:
                self.fault(item, f"add the day from which this version of {key} holds (from: 2026-12-01)", "no from")
            elif before.since is not None and version.since <= before.since:
                self.fault(item, f"expected a date after {before.since}", f"from {version.since}")
        (first, _), *later = read
        return replace(first, later=tuple(version for version, _ in later))

    def version(self, key: str, node: Node, keys: Sequence[str]) -> Schedule:
        parts = self.mapping(node, "a schedule", keys)
        since = self.tried(self.date, parts["from"][1], None) if "from" in parts else None
        week = tuple(self.tried(self.spans, parts[day][1], _NO_SPANS) if day in parts else () for day in DAYS)
        holidays = self.holidays(parts["holidays"][1]) if "holidays" in parts else None
        exceptions: list[Exceptional] = []
        if "except" in parts:
            for item in self.items(parts["except"][1], "a list of dates"):
                exception = self.exceptional(item)
                if exception is not None:
                    exceptions.append(exception)
        return Schedule(key, week, holidays, tuple(exceptions), since)

    def holidays(self, node: Node) -> PublicHolidays | None:
        parts = self.mapping(node, "holidays", ("country", "subdivision", "worked"))
        country = self.required(parts, "country", node, self.country, "holidays", "CA")
        if country is None:
            return None
        parts_of = countries()[country]
        subdivision = (
            self.tried(lambda part: self.subdivision(part, country, parts_of), parts["subdivision"][1], None)
            if "subdivision" in parts
            else None
        )
        worked: tuple[date, ...] = ()
        if "worked" in parts:
            found = self.items(parts["worked"][1], "a list of dates, such as [2027-01-18]")
            worked = tuple(sorted({day for item in found if (day := self.tried(self.date, item, None))}))
        return PublicHolidays(country, subdivision, worked)

    def exceptional(self, node: Node) -> Exceptional | None:
        parts = self.mapping(node, "an exception", ("date", "from", "to", "spans", "closed", "name"))
        if not parts:
            return None
        dated = {"date", "from", "to"} & parts.keys()
        if dated not in ({"date"}, {"from", "to"}):
            self.wrong(node, "either date, or from and to", " and ".join(sorted(dated)) or "no date")
            return None
        said = {"spans", "closed"} & parts.keys()
        if len(said) != 1:
            self.wrong(node, "either spans, or closed: true", " and ".join(sorted(said)) or "neither spans nor closed")
            return None
        first_node, last_node = (parts[key][1] for key in (("date", "date") if "date" in dated else ("from", "to")))
        first, last = self.tried(self.date, first_node, None), self.tried(self.date, last_node, None)
        if first and last and last < first:
            self.wrong(last_node, f"a date not before {first}")
        if "closed" in parts and self.tried(self.flag, parts["closed"][1], True) is False:
            self.wrong(parts["closed"][1], "true, or spans instead")
        spans = self.tried(self.spans, parts["spans"][1], _NO_SPANS) if "spans" in parts else ()
        name = self.tried(self.text, parts["name"][1], None) if "name" in parts else None
        return Exceptional(first, last, spans, name) if first and last else None

    def team(
        self, key: str, key_node: Node, node: Node, defaults: Mapping[str, tuple[Any, Node]], names: dict[str, str]
    ) -> Team | None:
        if not _TEAM_KEY.fullmatch(key):
            self.wrong(key_node, "a key of up to 32 lowercase letters, digits and hyphens")
        values = self.team_values(node, "a team", _OWN | _FURTHER)
        if not isinstance(node, MappingNode):
            return None
        present = {key.value for key, _ in node.value}
        for needed, example in (("name", "name: Media"), ("schedule", "schedule: one of " + ", ".join(self.schedules))):
            if needed not in present:
                self.fault(key_node, f"add it to the team {key} ({example})", f"no {needed}")
        self.check_names(key, values, names)
        for field in ("overflow", "successor"):
            if field in values and values[field][0] is not None:
                to = values[field][0].to if field == "overflow" else values[field][0]
                if to == key:
                    self.wrong(values[field][1], "another team", f"{field} to {key} itself")
        return self.built(key, {**defaults, **values})

    def check_names(self, key: str, values: Mapping[str, tuple[Any, Node]], names: dict[str, str]) -> None:
        """Note a fault for each name or topic of the team `key` that another team already has.

        Customers tell teams apart by topic, or by name if a team has no topic.
        """
        used = [values[field] for field in ("name", "topic") if field in values]
        if "topics" in values:
            translations, at = values["topics"]
            used += [(name, at) for name in translations.values()]
        for name, node in used:
            if (other := names.setdefault(name.casefold(), key)) != key:
                self.fault(node, f"the team {other} already has this name", name)

    def built(self, key: str, values: Mapping[str, tuple[Any, Node]]) -> Team | None:
        if not {"name", "schedule"} <= values.keys():
            return None
        team = Team(key=key, **{field: value for field, (value, _) in values.items()})
        if team.auto_solve <= team.reminders[1]:
            node = (values.get("auto_solve") or values["reminders"])[1]
            self.wrong(node, f"more business days than the last reminder's {team.reminders[1]}", str(team.auto_solve))
        return team

    def team_values(
        self, node: Node, what: str, readers: Mapping[str, Callable[[DeskReader, Node], Any]]
    ) -> dict[str, tuple[Any, Node]]:
        values: dict[str, tuple[Any, Node]] = {}
        for key, (_, value_node) in self.mapping(node, what, readers).items():
            try:
                values[key] = (readers[key](self, value_node), value_node)
            except Wrong as wrong:
                self.wrong(wrong.node, wrong.expected, wrong.value)
        return values

    # values

    def address(self, node: Node) -> str:
        text = self.scalar(node, "an email address")
        if not _ADDRESS.fullmatch(text):
            raise Wrong(node, "an email address")
        return text

    def zone(self, node: Node) -> str:
        text = self.scalar(node, "a time zone, such as America/New_York")
        if text not in pytz.all_timezones_set:
            raise Wrong(node, f"a time zone, such as America/New_York{nearest(text, pytz.all_timezones)}")
        return text

    def country(self, node: Node) -> str:
        expected = "the two-letter code of a country with a public calendar, such as CA"
        text = self.scalar(node, expected)
        if text not in countries():
            raise Wrong(node, expected + nearest(text.upper(), countries()))
        return text

    def subdivision(self, node: Node, country: str, known: Collection[str]) -> str:
        expected = f"one of {', '.join(known)}" if known else f"no subdivision, because {country} has one calendar"
        text = self.scalar(node, expected)
        if text not in known:
            raise Wrong(node, expected)
        return text

    def date(self, node: Node) -> date:
        text = self.scalar(node, "a date, such as 2026-12-24")
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            raise Wrong(node, "an existing date, such as 2026-12-24") from None

    def spans(self, node: Node) -> tuple[Span, ...]:
        """The spans of a day, sorted, with touching spans joined."""
        if not isinstance(node, SequenceNode):
            raise Wrong(node, 'a list of spans, such as ["09:00-17:00"]')
        read = [(span, item) for item in node.value if (span := self.tried(self.span, item, None))]
        joined: list[Span] = []
        for span, item in sorted(read, key=lambda pair: pair[0]):
            if joined and span.start < joined[-1].end:
                self.fault(item, f"overlaps the span that ends at {_clock(joined[-1].end)}")
            elif joined and span.start == joined[-1].end:
                joined[-1] = Span(joined[-1].start, span.end)
            else:
                joined.append(span)
        return tuple(joined)

    def span(self, node: Node) -> Span:
        text = self.scalar(node, "HH:MM-HH:MM, such as 09:00-17:00")
        match = _SPAN.fullmatch(text)
        if match is None:
            raise Wrong(node, "HH:MM-HH:MM, such as 09:00-17:00")
        from_h, from_m, to_h, to_m = map(int, match.groups())
        start, end = from_h * 60 + from_m, to_h * 60 + to_m
        if from_m > 59 or to_m > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
            raise Wrong(node, "times from 00:00 to 23:59, or 24:00 as an end")
        if end <= start:
            raise Wrong(node, "an end after the start; write a night as 22:00-24:00 and, the next day, 00:00-02:00")
        return Span(start, end)

    def seconds(self, node: Node) -> int:
        return self.whole(node, 1, _DAY_S)

    def own_schedule(self, node: Node) -> str:
        return self.choice(node, self.schedules, "a schedule of this file, ")

    def other_team(self, node: Node) -> str:
        return self.choice(node, self.team_keys, "a team of this file, ")

    def translations(self, node: Node) -> Mapping[str, str]:
        read: dict[str, str] = {}
        for language, (key_node, value_node) in self.entries(node).items():
            if _LANGUAGE.fullmatch(language):
                read[language] = self.tried(self.text, value_node, "")
            else:
                self.wrong(key_node, "a language, such as fr")
        return read

    def overflow(self, node: Node) -> Overflow:
        parts = self.mapping(node, "overflow", ("to", "after_s"))
        to = self.required(parts, "to", node, self.other_team, "overflow", "media")
        after_s = self.required(parts, "after_s", node, self.seconds, "overflow", "300")
        return Overflow(to or "", after_s or 1)


def _node(node: Node) -> Node:
    return node


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_Read = Callable[[DeskReader, Node], Any]


def _whole(least: int, most: int) -> _Read:
    return lambda reader, node: reader.whole(node, least, most)


def _rising(count: int, most: int, example: str) -> _Read:
    return lambda reader, node: reader.rising(node, count, most, example)


def _one_of(*choices: str) -> _Read:
    return lambda reader, node: reader.choice(node, choices, "")


def _or_none(read: _Read) -> _Read:
    """Like `read`, but gives None for `none` or an empty value. A team uses this to drop a value of `defaults`."""
    return lambda reader, node: None if is_null(node) or node.value == "none" else read(reader, node)


def _none_or(read: _Read) -> _Read:
    """Like `read`, but gives None for the word `none`. An empty value is a fault."""

    def reading(reader: DeskReader, node: Node) -> object:
        if isinstance(node, ScalarNode) and node.value == "none":
            return None
        try:
            return read(reader, node)
        except Wrong as fault:
            raise Wrong(fault.node, f"{fault.expected}, or none") from None

    return reading


_OWN: dict[str, _Read] = {
    "name": DeskReader.text,
    "schedule": DeskReader.own_schedule,
    "email": _or_none(DeskReader.address),
    "topic": DeskReader.text,
    "topics": DeskReader.translations,
}
"""Keys that only a team may have."""

_FURTHER: dict[str, _Read] = {
    "products": DeskReader.texts,
    "published_as": DeskReader.text,
    "email_hours": DeskReader.own_schedule,
    "account_team": _or_none(DeskReader.address),
    "identity": _one_of("optional", "required"),
    "assign": _one_of("auto", "offer"),
    "offer_s": DeskReader.seconds,
    "queue_max": _none_or(_whole(0, 1_000_000)),
    "wait_target_s": DeskReader.seconds,
    "first_reply_s": DeskReader.seconds,
    "next_reply_s": DeskReader.seconds,
    "idle_seat_s": DeskReader.seconds,
    "agent_grace_s": _whole(0, _DAY_S),
    "agent_idle_s": DeskReader.seconds,
    "unstaffed_s": _whole(0, _DAY_S),
    "pass_on": DeskReader.flag,
    "left_queue_s": DeskReader.seconds,
    "silent_s": _rising(3, _DAY_S, "[300, 600, 900]"),
    "wrap_up_s": _whole(0, _DAY_S),
    "closing_notice_s": _whole(0, _DAY_S),
    "closing_drain_s": _whole(0, _DAY_S),
    "overflow": _or_none(DeskReader.overflow),
    "sticky_days": _whole(0, _YEAR_DAYS),
    "typing_preview": DeskReader.flag,
    "reminders": _rising(2, _YEAR_DAYS, "[3, 5]"),
    "auto_solve": _whole(1, _YEAR_DAYS),
    "reopen_days": _whole(0, _YEAR_DAYS),
    "retired": DeskReader.flag,
    "successor": _or_none(DeskReader.other_team),
}
"""Keys that a team and `defaults` may have."""
