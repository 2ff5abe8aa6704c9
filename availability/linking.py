"""Incident mode: people and staff link tickets, and the publisher moves them together. Each method is (part of) the
body of one transaction.

`now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Generic

from availability import incident as rules
from availability.incident import Incident
from availability.link import WAITING, Link, LinkState, Run, RunKind
from availability.link_ports import LinkedTickets, Links
from availability.ports import Audit, Finding, Store, Tx
from availability.reading import Reading
from identity.actor import Actor
from refusals import Refused

CHUNK = 20
"""Tickets of one transaction at most."""
CHUNK_MS = 10
"""A transaction begins no further ticket after this time, so that messages never wait for it for long."""
SHOWN = 200


class Linking(Generic[Tx]):
    def __init__(
        self,
        store: Store[Tx],
        links: Links[Tx],
        tickets: LinkedTickets[Tx],
        finding: Finding[Tx],
        audit: Audit[Tx],
        steady: Callable[[], int],
    ) -> None:
        """`steady` counts milliseconds."""
        self._store = store
        self._links = links
        self._tickets = tickets
        self._reading = Reading(store)
        self._finding = finding
        self._audit = audit
        self._steady = steady

    # -- linking ----------------------------------------------------------------------------

    def open_incident(self, tx: Tx, id_: int) -> Incident:
        """The incident, if people can still say that it affects them. Raises Refused."""
        incident = self._found(tx, id_)
        if not incident.open:
            raise Refused("conflict", "This incident is over.", {"incident": "This incident is over."})
        return incident

    def ticket_of(self, tx: Tx, id_: int, person: str) -> int | None:
        """The ticket that this person has for the incident."""
        return self._links.of_person(tx, person, [id_]).get(id_)

    def tickets_of(self, tx: Tx, person: str, incidents: Collection[int]) -> Mapping[int, int]:
        """The tickets that this person has, by incident."""
        return self._links.of_person(tx, person, incidents)

    def link(self, tx: Tx, id_: int, ticket: int, person: str | None, now: int) -> None:
        """Link a ticket. It becomes Fixed – Pending RCA soon if there is a workaround already."""
        incident = self._found(tx, id_)
        if incident.finding_at is not None:
            raise Refused("conflict", "The finding is published.", {"incident": "The finding is published."})
        if self._links.add(tx, Link(id_, ticket, person, "linked", "", now, now)) and incident.workaround:
            run = self._links.run(tx, id_, "mitigate", lock=True)
            if run is not None and run.state == "done":
                self._links.put_run(tx, replace(run, state="running", updated_at=now))

    # -- runs -------------------------------------------------------------------------------

    def give_workaround(self, tx: Tx, actor: Actor, id_: int, words: str, now: int) -> Run:
        """Publish a workaround, and begin to move the linked tickets to Fixed – Pending RCA."""
        incident = self._found(tx, id_, lock=True)
        if incident.finding_at is not None:
            raise Refused("conflict", "The finding is published.", {"text": "The finding is published."})
        words = rules.text("text", words)
        self._store.put_incident(tx, replace(incident, workaround=words, updated_at=now))
        return self._begin(tx, actor, id_, "mitigate", None, words, now)

    def publish_finding(self, tx: Tx, actor: Actor, id_: int, words: str, code: str, now: int) -> Run:
        """Publish the finding, and begin to close the linked tickets with this code. Raises Refused(conflict) while
        the incident is open."""
        incident = self._found(tx, id_, lock=True)
        if incident.open:
            sentence = "This incident is open. Resolve it first."
            raise Refused("conflict", sentence, {"text": sentence})
        self._tickets.check_code(code)
        words = rules.text("text", words)
        mitigating = self._links.run(tx, id_, "mitigate", lock=True)
        if mitigating is not None and mitigating.state == "running":
            self._links.put_run(tx, replace(mitigating, state="stopped", updated_at=now))
        first = incident.finding_at if incident.finding_at is not None else now
        self._store.put_incident(tx, replace(incident, finding=words, finding_at=first, updated_at=now))
        return self._begin(tx, actor, id_, "close", code, words, now)

    def stop(self, tx: Tx, actor: Actor, id_: int, kind: RunKind, now: int) -> Run:
        run = self._run(tx, id_, kind)
        if run.state != "running":
            raise Refused("conflict", "This run is not running.", {"do": "It is not running."})
        return self._switched(tx, actor, replace(run, state="stopped", updated_at=now), now)

    def resume(self, tx: Tx, actor: Actor, id_: int, kind: RunKind, now: int) -> Run:
        """Continue a run, or try its refused tickets again. Tickets that were moved are left alone."""
        run = self._run(tx, id_, kind)
        if run.state == "running":
            raise Refused("conflict", "This run is running.", {"do": "It is running."})
        self._links.retry(tx, id_, now)
        return self._switched(tx, actor, replace(run, state="running", refused=0, updated_at=now), now)

    def running(self, tx: Tx) -> list[Run]:
        return self._links.running(tx)

    def advance(self, tx: Tx, id_: int, kind: RunKind, now: int) -> bool:
        """Move the next tickets of a run. Returns False if it has reached its end, or was stopped."""
        run = self._links.run(tx, id_, kind, lock=True)
        if run is None or run.state != "running":
            return False
        until = self._steady() + CHUNK_MS
        waiting = self._links.waiting(tx, id_, WAITING[kind], CHUNK)
        for link in waiting:
            moved = self._tickets.move(tx, link.ticket, run, now)
            self._links.put_state(tx, id_, link.ticket, moved.state, moved.reason, now)
            stays = bool(moved.reason)
            moved_now, refused_now = run.moved + (not stays), run.refused + stays
            run = replace(run, place=link.ticket, updated_at=now, moved=moved_now, refused=refused_now)
            if self._steady() >= until:
                break
        if not waiting:
            run = replace(run, state="done", updated_at=now)
        self._links.put_run(tx, run)
        return run.state == "running"

    def standing(self, tx: Tx, id_: int) -> tuple[Mapping[LinkState, int], list[Run], list[Link]]:
        """The number of linked tickets by state, the runs, and the tickets that stay open, each with its reason."""
        self._found(tx, id_)
        left = self._links.waiting(tx, id_, ("not_fixed", "refused"), SHOWN)
        return self._links.counts(tx, id_), self._links.runs(tx, id_), left

    def _begin(self, tx: Tx, actor: Actor, id_: int, kind: RunKind, code: str | None, words: str, now: int) -> Run:
        self._finding.put(tx, self._reading.incident(tx, id_))
        self._links.retry(tx, id_, now)
        return self._switched(tx, actor, Run(id_, kind, "running", code, words, 0, 0, 0, now, now, actor.id), now)

    def _switched(self, tx: Tx, actor: Actor, run: Run, now: int) -> Run:
        self._links.put_run(tx, run)
        detail = {"run": run.kind, "state": run.state, "code": run.code}
        self._audit.record(tx, actor, "run", "incident", str(run.incident), detail, now)
        return run

    def _run(self, tx: Tx, id_: int, kind: RunKind) -> Run:
        run = self._links.run(tx, id_, kind, lock=True)
        if run is None:
            raise Refused("not_found", "There is no such run.")
        return run

    def _found(self, tx: Tx, id_: int, *, lock: bool = False) -> Incident:
        incident = self._store.incident(tx, id_, lock=lock)
        if incident is None:
            raise Refused("not_found", "There is no such incident.")
        return incident
