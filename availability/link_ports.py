"""Interfaces that the links of incidents need. Every call with a `tx` is part of the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from availability.link import Link, LinkState, Moved, Run, RunKind
from availability.ports import Tx


class Links(Protocol[Tx]):
    def add(self, tx: Tx, link: Link) -> bool:
        """Store a link. False if the ticket, or another one of the same person, is linked to the incident already."""
        ...

    def of_person(self, tx: Tx, person: str, incidents: Collection[int]) -> Mapping[int, int]:
        """The ticket that the person has for each incident."""
        ...

    def waiting(self, tx: Tx, incident: int, states: Collection[LinkState], limit: int) -> list[Link]:
        """Links in these states, in the order of their tickets."""
        ...

    def counts(self, tx: Tx, incident: int) -> Mapping[LinkState, int]: ...

    def put_state(self, tx: Tx, incident: int, ticket: int, state: LinkState, reason: str, now: int) -> None: ...

    def retry(self, tx: Tx, incident: int, now: int) -> None:
        """Let the next run reach the refused tickets again."""
        ...

    def put_run(self, tx: Tx, run: Run) -> None: ...

    def run(self, tx: Tx, incident: int, kind: RunKind, *, lock: bool = False) -> Run | None: ...

    def running(self, tx: Tx) -> list[Run]: ...

    def runs(self, tx: Tx, incident: int) -> list[Run]: ...


class LinkedTickets(Protocol[Tx]):
    def check_code(self, code: str) -> None:
        """Raises Refused(invalid) for a code with which linked tickets cannot be closed."""
        ...

    def move(self, tx: Tx, number: int, run: Run, now: int) -> Moved:
        """Move one ticket through the rules, and tell its requester. Stores nothing if the rules refuse the change."""
        ...
