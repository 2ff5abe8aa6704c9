"""The conditions of rules, and the facts that they test. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from automations.rule import Condition, Test
from texts.words import PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What conditions test: the ticket as it is when the rule runs, or the chat. `author` and `changed` are of the
    event. What is not known is None or empty."""

    team: str
    product: str | None = None
    status: str | None = None
    resolution: str | None = None
    priority: str | None = None
    tags: Collection[str] = ()
    client: str | None = None
    vip: bool = False
    channel: str | None = None
    domain: str | None = None
    subject: str | None = None
    author: str | None = None
    changed: Collection[str] = ()
    rating: int | None = None


def holds(conditions: Sequence[Condition], facts: Facts) -> bool:
    """True if every condition holds. Without conditions, it is true."""
    return all(_fits(condition, facts) != condition.negated for condition in conditions)


def _fits(condition: Condition, facts: Facts) -> bool:
    if condition.test == "subject":
        words = words_of(facts.subject or "")
        return any(f" {' '.join(words_of(wanted))} " in f" {' '.join(words)} " for wanted in condition.any)
    if condition.test == "domain":
        domain = facts.domain or ""
        return any(domain == wanted.lower() or domain.endswith(f".{wanted.lower()}") for wanted in condition.any)
    return not _values(condition.test, facts).isdisjoint(condition.any)


def _values(test: Test, facts: Facts) -> frozenset[str]:
    if test == "tag":
        return frozenset(facts.tags)
    if test == "changed":
        return frozenset(facts.changed)
    if test == "vip":
        return frozenset({"yes" if facts.vip else "no"})
    value = getattr(facts, test)
    return frozenset() if value is None else frozenset({str(value)})


def words_of(text: str) -> list[str]:
    """The words of a subject, as conditions compare them."""
    return text.translate(PLAIN).split()
