"""Maintenance: planning, moving, cancelling. Each method is (part of) the body of one transaction.

Only supervisors and admins may call them; the caller checks that. `now` is in ms since the epoch, UTC. Refusals are
raised (`refusals.Refused`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Generic

from availability import incident as texts
from availability import maintenance as rules
from availability.board import products_of
from availability.intervals import Interval
from availability.maintenance import Maintenance, MaintenanceChange, NewMaintenance
from availability.ports import Announcing, Audit, Notice, Store, Tx
from identity.actor import Actor
from refusals import Refused

_KEPT = ("title", "starts_at", "ends_at", "components", "cancelled")


class Planning(Generic[Tx]):
    def __init__(self, store: Store[Tx], announcing: Announcing[Tx], audit: Audit[Tx]) -> None:
        self._store = store
        self._announcing = announcing
        self._audit = audit

    def plan(self, tx: Tx, actor: Actor, new: NewMaintenance, now: int) -> Maintenance:
        """Plan maintenance, and tell followers."""
        rules.check_span(new.starts_at, new.ends_at)
        if new.ends_at <= now:
            raise Refused("invalid", "This time is over.", {"ends_at": "Give a time in the future."})
        planned = Maintenance(
            id=0,
            title=texts.line("title", new.title, texts.TITLE_MAX),
            text=texts.text("text", new.text, required=False),
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            cancelled=False,
            components=rules.check_components(new.components, self._known(tx)),
            version=1,
            created_at=now,
            updated_at=now,
        )
        planned = self._stored(tx, actor, planned)
        detail = {"components": list(planned.components), "starts_at": new.starts_at, "ends_at": new.ends_at}
        self._audit.record(tx, actor, "plan", "maintenance", str(planned.id), detail, now)
        self._tell(tx, planned, planned.text, now, new=True)
        return planned

    def change(self, tx: Tx, actor: Actor, id_: int, change: MaintenanceChange, now: int) -> Maintenance:
        """Move, cancel or end maintenance, or change its components. Followers get one notice. A change of the text
        alone is not told."""
        before = self._store.maintenance(tx, id_, lock=True)
        if before is None:
            raise Refused("not_found", "There is no such maintenance.")
        rules.check_change(before, change, now)
        after = self._changed(tx, before, change, now)
        rules.check_span(after.starts_at, after.ends_at)
        told = any(getattr(before, name) != getattr(after, name) for name in _KEPT)
        if after == before:
            return before
        after = replace(after, version=before.version + told, updated_at=now)
        after = self._stored(tx, actor, after)
        detail = {"cancelled": after.cancelled, "starts_at": after.starts_at, "ends_at": after.ends_at}
        self._audit.record(tx, actor, "change", "maintenance", str(id_), detail, now)
        if told:
            note = texts.line("note", change.note, texts.EFFECT_MAX, required=False)
            self._tell(tx, replace(after, components=tuple({*before.components, *after.components})), note, now)
        return after

    def _changed(self, tx: Tx, before: Maintenance, change: MaintenanceChange, now: int) -> Maintenance:
        known = self._known(tx) | set(before.components)
        chosen = before.components
        if change.components is not None:
            chosen = rules.check_components(change.components, known)
        ends_at = before.ends_at if change.ends_at is None else change.ends_at
        if change.ends_at is not None and ends_at <= now:
            raise Refused("invalid", "This time is over.", {"ends_at": "Give a time in the future."})
        return replace(
            before,
            title=before.title if change.title is None else texts.line("title", change.title, texts.TITLE_MAX),
            text=before.text if change.text is None else texts.text("text", change.text, required=False),
            starts_at=before.starts_at if change.starts_at is None else change.starts_at,
            ends_at=now if change.end else ends_at,
            components=chosen,
            cancelled=change.cancel,
        )

    def _stored(self, tx: Tx, actor: Actor, maintenance: Maintenance) -> Maintenance:
        stored = replace(maintenance, id=self._store.put_maintenance(tx, maintenance, actor.id or None))
        spans = [
            Interval(component, "maintenance", stored.starts_at, stored.ends_at, "maintenance", stored.id)
            for component in (() if stored.cancelled else stored.components)
        ]
        self._store.set_intervals(tx, "maintenance", stored.id, spans)
        return stored

    def _tell(self, tx: Tx, maintenance: Maintenance, line: str, now: int, *, new: bool = False) -> None:
        named = tuple(sorted(maintenance.components))
        products = products_of(self._store.components(tx, retired=True), named)
        told = (maintenance.id, maintenance.version, new, maintenance.title, line)
        self._announcing.announce(tx, Notice("maintenance", *told, named, products, now))

    def _known(self, tx: Tx) -> set[int]:
        return {component.id for component in self._store.components(tx)}
