"""The conditions of rules, and the facts that they test. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from automations.rule import ANY, NOBODY, Condition, FieldValue, Test
from texts.words import PLAIN

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What conditions test: the ticket as it is when the rule runs, or the chat. `author` and `changed` are of the
    event. `texts` are the keys of custom fields with free text. What is not known is None or empty."""

    team: str
    product: str | None = None
    status: str | None = None
    resolution: str | None = None
    priority: str | None = None
    assignee: str | None = None
    tags: Collection[str] = ()
    client: str | None = None
    vip: bool = False
    channel: str | None = None
    domain: str | None = None
    subject: str | None = None
    author: str | None = None
    changed: Collection[str] = ()
    rating: int | None = None
    custom_fields: Mapping[str, FieldValue] = field(default_factory=dict[str, FieldValue])
    texts: Collection[str] = ()


def holds(conditions: Sequence[Condition], facts: Facts) -> bool:
    """True if every condition holds. Without conditions, it is true."""
    return all(_fits(condition, facts) != condition.negated for condition in conditions)


def _fits(condition: Condition, facts: Facts) -> bool:
    if condition.test == "subject":
        return _says(facts.subject or "", condition.any)
    if condition.test == "domain":
        domain = facts.domain or ""
        return any(domain == wanted.lower() or domain.endswith(f".{wanted.lower()}") for wanted in condition.any)
    if condition.test == "custom_field":
        key = condition.field or ""
        return has_value(facts.custom_fields.get(key), condition.any, is_text=key in facts.texts)
    return not _values(condition.test, facts).isdisjoint(condition.any)


def _says(text: str, any_: Sequence[str]) -> bool:
    """True if any of these has words that follow each other in the text."""
    words = f" {' '.join(words_of(text))} "
    return any(f" {' '.join(words_of(wanted))} " in words for wanted in any_)


def has_value(value: FieldValue, any_: Sequence[str], *, is_text: bool) -> bool:
    """True if any of these fits the value of a custom field."""
    if value is None or ANY in any_:
        return value is not None
    if isinstance(value, bool):
        return ("yes" if value else "no") in any_
    if isinstance(value, list):
        return not set(value).isdisjoint(any_)
    if isinstance(value, str):
        return _says(value, any_) if is_text else value in any_
    return any(value == number for one in any_ if (number := number_of(one)) is not None)


def number_of(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _values(test: Test, facts: Facts) -> frozenset[str]:
    if test == "tag":
        return frozenset(facts.tags)
    if test == "changed":
        return frozenset(facts.changed)
    if test == "vip":
        return frozenset({"yes" if facts.vip else "no"})
    if test == "assignee":
        return frozenset({facts.assignee or NOBODY})
    value = getattr(facts, test)
    return frozenset() if value is None else frozenset({str(value)})


def words_of(text: str) -> list[str]:
    """The words of a subject, as conditions compare them."""
    return text.translate(PLAIN).split()
