"""Incidents: their steps, updates and limits. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from availability.states import State
from refusals import Refused
from texts.visible import fault_of_line, shows_something

Step: TypeAlias = Literal["investigating", "identified", "monitoring", "resolved"]
STEPS: tuple[Step, ...] = ("investigating", "identified", "monitoring", "resolved")

TITLE_MAX = 120
EFFECT_MAX = 300
TEXT_MAX = 4_000
COMPONENTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Update:
    """What was known at one moment. `next_at` is the moment at which the next update is promised."""

    id: int
    incident: int
    step: Step
    text: str
    at: int
    next_at: int | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident. Times are in ms since the epoch.

    `effect` says in one line what is affected. `banner` is True if the incident mode is on, or was on at the end.
    `team` gets the requests of people who say that it affects them too. `workaround` is set when these requests become
    Fixed – Pending RCA, and `finding` when they are solved. `edited_at` is the time at which past times were corrected.
    `version` counts the notices to followers.
    """

    id: int
    title: str
    effect: str
    step: Step
    began_at: int
    resolved_at: int | None
    next_at: int | None
    banner: bool
    team: str
    workaround: str
    finding: str
    finding_at: int | None
    edited_at: int | None
    version: int
    created_at: int
    updated_at: int

    @property
    def open(self) -> bool:
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Reported:
    """An incident with its updates, newest first.

    `affects` are the states that it gives to components now. `touched` are the components that it has affected at any
    time, and `worst` is the worst state that it gave to one of them.
    """

    incident: Incident
    updates: Sequence[Update]
    affects: Mapping[int, State]
    touched: tuple[int, ...]
    worst: State


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """`began_at`: the moment at which the effect began, if not now. `affects`: states by component."""

    title: str
    text: str
    effect: str = ""
    step: Step = "investigating"
    began_at: int | None = None
    next_at: int | None = None
    affects: Mapping[int, State] = field(default_factory=dict[int, State])
    banner: bool = False
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpdate:
    """`affects` replaces the states of components, if it is not None. Components that it leaves out recover."""

    step: Step
    text: str
    next_at: int | None = None
    affects: Mapping[int, State] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A change of what was said. None leaves a value as it is. A change of times recomputes the history, and is
    marked."""

    title: str | None = None
    effect: str | None = None
    banner: bool | None = None
    team: str | None = None
    began_at: int | None = None
    resolved_at: int | None = None


def line(name: str, text: str, most: int, *, required: bool = True) -> str:
    """The text, checked as one line. Raises Refused."""
    text = text.strip()
    fault = fault_of_line(text)
    if fault is None and required and not text:
        fault = "Write a text."
    if fault is not None:
        raise Refused("invalid", fault, {name: fault})
    return _fits(name, text, most)


def text(name: str, words: str, *, required: bool = True) -> str:
    """The text of an update, checked. Raises Refused."""
    words = words.replace("\r\n", "\n").strip()
    if required and not shows_something(words):
        raise Refused("invalid", "Write a text.", {name: "Write a text."})
    return _fits(name, words, TEXT_MAX)


def _fits(name: str, words: str, most: int) -> str:
    if len(words) > most:
        sentence = f"At most {most:,} characters are allowed."
        raise Refused("too_large", sentence, {name: sentence})
    return words


def check_times(began_at: int, resolved_at: int | None, now: int) -> None:
    """Raises Refused if an incident cannot have these times."""
    if began_at > now:
        raise Refused("invalid", "The beginning is in the future.", {"began_at": "Give a time in the past."})
    if resolved_at is not None and not began_at <= resolved_at <= now:
        sentence = "Give a time after the beginning, and not in the future."
        raise Refused("invalid", f"The end is not possible. {sentence}", {"resolved_at": sentence})


def check_next(next_at: int | None, now: int) -> None:
    """Raises Refused if the next update is promised for the past."""
    if next_at is not None and next_at <= now:
        raise Refused("invalid", "The next update is in the past.", {"next_update_at": "Give a time in the future."})


def check_step(incident: Incident, step: Step) -> None:
    """Raises Refused if a resolved incident would go back. A new incident is opened instead."""
    if not incident.open and step != "resolved":
        sentence = "This incident is resolved. Open a new one."
        raise Refused("conflict", sentence, {"step": sentence})


def check_affects(affects: Mapping[int, State], known: set[int]) -> None:
    """Raises Refused if a component does not exist, or if its state is none of an incident."""
    if len(affects) > COMPONENTS_MAX:
        raise Refused("too_large", f"At most {COMPONENTS_MAX} components are allowed.", {"affects": "Too many."})
    if set(affects) - known:
        raise Refused("invalid", "There is no such component.", {"affects": "There is no such component."})
    if {"operational", "maintenance"} & set(affects.values()):
        sentence = "Use degraded, partial_outage or major_outage."
        raise Refused("invalid", sentence, {"affects": sentence})
