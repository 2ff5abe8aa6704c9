"""Draws the sample of a day: a share of each agent's tickets, chosen by a seed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from math import ceil

from reviews.entry import Entry

SHARE = 10
"""Default share of each agent's tickets, in per cent."""
LEAST = 2
"""Minimum number of tickets of each agent, if the agent has that many."""
TWO_READERS_EVERY = 5


def drawn(entries: Sequence[Entry], seed: str, share: int = SHARE, least: int = LEAST) -> list[Entry]:
    """The same entries, with `sampled` and `readers` set. The same entries and seed give the same sample, in whatever
    order the entries come.

    Entries without an agent are never sampled. Every fifth entry of the sample gets two readers.
    """
    by_agent: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.agent is not None:
            by_agent.setdefault(entry.agent, []).append(entry)
    chosen = [one for own in by_agent.values() for one in _in_lot(own, seed)[: _size(len(own), share, least)]]
    lot = {entry.ticket: place for place, entry in enumerate(_in_lot(chosen, f"{seed} readers"))}
    return [
        replace(
            entry,
            sampled=entry.ticket in lot,
            readers=2 if lot.get(entry.ticket, 1) % TWO_READERS_EVERY == 0 else 1,
        )
        for entry in entries
    ]


def _size(count: int, share: int, least: int) -> int:
    return min(count, max(least, ceil(count * share / 100))) if share else 0


def _in_lot(entries: Iterable[Entry], seed: str) -> list[Entry]:
    """The entries in an order that depends only on the seed and the ticket numbers."""
    return sorted(entries, key=lambda entry: sha256(f"{seed} {entry.ticket}".encode()).digest())
