"""Zendesk's search language: `type:ticket status<solved tags:export created>2026-11-01 "two words"`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar, get_args

from refusals import Refused
from zendesk.shapes import Priority
from zendesk.statuses import STATUSES, compared, searched

T = TypeVar("T", bound=str)
Type = Literal["ticket", "user", "organization"]
TYPES: tuple[Type, ...] = get_args(Type)
QUERY_MAX = 1_000
Span = tuple[int | None, int | None]
"""From and to, in ms since the epoch, UTC."""

_WORD = re.compile(r'(-?)(?:(custom_field_[0-9]{1,16}|[a-z_]+)(:|<=|>=|<|>))?("[^"]*"|\S+)')
_DAY_S = 86_400
_UNITS = {"minute": 60, "hour": 3_600, "day": _DAY_S, "week": 7 * _DAY_S, "month": 30 * _DAY_S, "year": 365 * _DAY_S}
_AGO = re.compile(rf"([0-9]{{1,4}})({'|'.join(_UNITS)})s?")
"""A time before now, like `4hours`."""
_DIGITS = 16
_CUSTOM = "custom_field_"
_PEOPLE = ("requester", "assignee", "organization", "group")
_DATES = ("created", "updated")
_COMPARED = ("status", "priority", *_DATES)
_NOTHING = ("",)
"""A value that no ticket has."""
_PRIORITIES: tuple[Priority, ...] = get_args(Priority)
KEYWORDS = ("type", "status", "priority", "tags", "order_by", "sort", "ticket_id", "email", *_PEOPLE, *_DATES)
"""All keywords but `custom_field_` with the number of a field."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search looks for. People, companies and teams are still named as the program named them: a number, an
    address, a name, `me` or `none`."""

    type: Type | None = None
    status: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    without_status: tuple[str, ...] = ()
    named: dict[str, str] = field(default_factory=dict)
    created: Span = (None, None)
    updated: Span = (None, None)
    number: int | None = None
    custom: tuple[tuple[int, str], ...] = ()
    """Numbers of custom fields, with the wanted values."""
    words: str = ""
    order_by: str | None = None
    sort: str | None = None


def parsed(query: str, now: int) -> Asked:
    """The meaning of a query. Raises Refused(invalid) for a keyword or value that the desk does not search."""
    if len(query) > QUERY_MAX:
        raise _refused(f"A query can have {QUERY_MAX} characters.")
    return _Reading(now).of(query)


@dataclass
class _Reading:
    """A query, as far as it was read. `now`: the time from which `4hours` counts."""

    now: int
    type: Type | None = None
    number: int | None = None
    order_by: str | None = None
    sort: str | None = None
    status: list[str] = field(default_factory=list)
    without_status: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    without_tags: list[str] = field(default_factory=list)
    priority: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=lambda: dict.fromkeys(_DATES, (None, None)))
    custom: list[tuple[int, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def of(self, query: str) -> Asked:
        for minus, keyword, comparison, value in _words_of(query):
            if keyword is None:
                self.words.append(value)
            elif minus and keyword not in ("status", "tags"):
                raise _refused(f"-{keyword[:40]}: can't be searched.")
            elif comparison != ":" and keyword not in _COMPARED:
                raise _refused(f"{keyword[:40]}{comparison} can't be searched. Write {keyword[:40]}:{value[:40]}.")
            elif keyword in _DATES:
                self.spans[keyword] = _narrowed(self.spans[keyword], keyword, comparison, value, self.now)
            elif keyword == "status":
                found = searched(_one_of(keyword, value, STATUSES), comparison)
                if minus:
                    self.without_status.extend(found)
                else:
                    self.status.extend(found or _NOTHING)
            elif keyword == "priority":
                chosen = compared(_PRIORITIES, _one_of(keyword, value, _PRIORITIES), comparison)
                self.priority.extend(chosen or _NOTHING)
            elif keyword == "tags":
                (self.without_tags if minus else self.tags).extend(value.split(","))
            else:
                self._keyword(keyword, value)
        return Asked(
            type=self.type,
            status=tuple(dict.fromkeys(self.status)),
            priority=tuple(self.priority),
            tags=tuple(self.tags),
            without_tags=tuple(self.without_tags),
            without_status=tuple(self.without_status),
            named=self.named,
            created=self.spans["created"],
            updated=self.spans["updated"],
            number=self.number,
            custom=tuple(self.custom),
            words=" ".join(self.words),
            order_by=self.order_by,
            sort=self.sort,
        )

    def _keyword(self, keyword: str, value: str) -> None:
        if keyword in (*_PEOPLE, "email"):
            self.named[keyword] = value
        elif keyword.startswith(_CUSTOM) and keyword != _CUSTOM:
            self.custom.append((int(keyword.removeprefix(_CUSTOM)), value))
        elif keyword == "type":
            self.type = _one_of(keyword, value, TYPES)
        elif keyword == "order_by":
            self.order_by = value
        elif keyword == "sort":
            self.sort = value
        elif keyword != "ticket_id":
            raise _refused(f"{keyword[:40]}: can't be searched. Keywords: {', '.join(KEYWORDS)}.")
        elif value.isascii() and value.isdecimal() and len(value) < _DIGITS:
            self.number = int(value)
        else:
            raise _refused("ticket_id: is not a number.")


def _narrowed(span: Span, name: str, comparison: str, value: str, now: int) -> Span:
    start, length = _moment(name, value, now)
    first, last = span
    if comparison in (":", ">", ">="):
        first = start + (length if comparison == ">" else 0)
    if comparison in (":", "<", "<="):
        last = start + (0 if comparison == "<" else length)
    return first, last


def _words_of(query: str) -> Iterator[tuple[bool, str | None, str, str]]:
    for minus, keyword, comparison, value in _WORD.findall(query):
        plain = value.strip('"')
        if keyword:
            yield bool(minus), keyword, comparison, plain
        elif minus:
            raise _refused(f"-{plain[:40]}: words can't be left out.")
        elif plain:
            yield False, None, "", plain


def _one_of(keyword: str, value: str, choices: tuple[T, ...]) -> T:
    found = next((choice for choice in choices if choice == value.lower()), None)
    if found is None:
        raise _refused(f"{keyword}:{value[:40]} isn't one of {', '.join(choices)}.")
    return found


def _moment(name: str, value: str, now: int) -> tuple[int, int]:
    """The start of a day or second, and its length, both in ms. `4hours` is the second four hours ago."""
    ago = _AGO.fullmatch(value.lower())
    if ago is not None:
        return now - int(ago[1]) * _UNITS[ago[2]] * 1000, 1000
    try:
        at = datetime.fromisoformat(value)
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        length = timedelta(days=1) if len(value) <= len("2026-11-01") else timedelta(seconds=1)
        return int(at.timestamp() * 1000), int(length.total_seconds() * 1000)
    except (ValueError, OverflowError):
        raise _refused(f"{name}: {value[:40]} isn't a date. Write it like 2026-11-01 or 4hours.") from None


def _refused(sentence: str) -> Refused:
    return Refused("invalid", sentence, {"query": sentence})
