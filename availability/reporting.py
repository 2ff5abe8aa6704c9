"""Components and incidents: adding, changing, correcting. Each method is (part of) the body of one transaction.

Only supervisors and admins may call them; the caller checks that. `now` is in ms since the epoch, UTC. Refusals are
raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Generic

from availability import incident as rules
from availability.board import Component, products_of
from availability.incident import Correction, Incident, NewIncident, NewUpdate, Reported, Update
from availability.intervals import Interval
from availability.ports import Announcing, Audit, Finding, Notice, Store, Tx
from availability.reading import Reading
from availability.states import State
from identity.actor import Actor
from refusals import Refused

NAME_MAX = 80
COMPONENTS_MAX = 200


class Reporting(Generic[Tx]):
    def __init__(self, store: Store[Tx], announcing: Announcing[Tx], finding: Finding[Tx], audit: Audit[Tx]) -> None:
        self._store = store
        self._reading = Reading(store)
        self._announcing = announcing
        self._finding = finding
        self._audit = audit

    # -- components -------------------------------------------------------------------------

    def add_component(self, tx: Tx, actor: Actor, name: str, product: str, position: int, now: int) -> Component:
        name = rules.line("name", name, NAME_MAX)
        if len(self._store.components(tx, retired=True)) >= COMPONENTS_MAX:
            sentence = f"At most {COMPONENTS_MAX} components are allowed."
            raise Refused("conflict", sentence, {"name": sentence})
        component = Component(0, name, product, position, retired=False, added_at=now)
        component = replace(component, id=self._store.put_component(tx, component))
        self._audit.record(tx, actor, "add", "component", str(component.id), {"name": name, "product": product}, now)
        return component

    def change_component(
        self,
        tx: Tx,
        actor: Actor,
        id_: int,
        now: int,
        *,
        name: str | None = None,
        product: str | None = None,
        position: int | None = None,
        retired: bool | None = None,
    ) -> Component:
        before = self._component(tx, id_)
        after = replace(
            before,
            name=before.name if name is None else rules.line("name", name, NAME_MAX),
            product=before.product if product is None else product,
            position=before.position if position is None else position,
            retired=before.retired if retired is None else retired,
        )
        if after != before:
            self._store.put_component(tx, after)
            detail = {"name": after.name, "product": after.product, "retired": after.retired}
            self._audit.record(tx, actor, "change", "component", str(id_), detail, now)
        return after

    def set_state(self, tx: Tx, actor: Actor, id_: int, state: State, now: int) -> bool:
        """Set the state of a component by hand. Returns True if the component is impaired and no open incident names
        it: the caller offers to open one."""
        component = self._component(tx, id_)
        current = [one for one in self._store.of_cause(tx, "manual", component.id) if one.ended_at is None]
        if [one.state for one in current] != ([] if state == "operational" else [state]):
            self._store.end_manual(tx, component.id, now)
            if state != "operational":
                self._store.add_interval(tx, Interval(component.id, state, now, None, "manual", component.id))
            self._audit.record(tx, actor, "change", "component", str(id_), {"state": state}, now)
        open_ = self._store.incidents(tx, open_only=True, since=0, limit=100)
        caused = self._store.of_incidents(tx, [one.id for one in open_])
        named = any(one.component == id_ and one.ended_at is None for spans in caused.values() for one in spans)
        return state not in ("operational", "maintenance") and not named

    def _component(self, tx: Tx, id_: int) -> Component:
        found = next((one for one in self._store.components(tx, retired=True) if one.id == id_), None)
        if found is None:
            raise Refused("not_found", "There is no such component.")
        return found

    # -- incidents --------------------------------------------------------------------------

    def open_incident(self, tx: Tx, actor: Actor, new: NewIncident, now: int) -> Reported:
        """Open an incident with its first update, and tell followers."""
        began_at = now if new.began_at is None else new.began_at
        rules.check_times(began_at, None, now)
        rules.check_next(new.next_at, now)
        rules.check_affects(new.affects, self._known(tx))
        resolved = new.step == "resolved"
        incident = Incident(
            id=0,
            title=rules.line("title", new.title, rules.TITLE_MAX),
            effect=rules.line("effect", new.effect, rules.EFFECT_MAX, required=False),
            step=new.step,
            began_at=began_at,
            resolved_at=now if resolved else None,
            next_at=None if resolved else new.next_at,
            banner=new.banner,
            team=new.team,
            workaround="",
            finding="",
            finding_at=None,
            edited_at=None,
            version=1,
            created_at=now,
            updated_at=now,
        )
        words = rules.text("text", new.text)
        incident = replace(incident, id=self._store.add_incident(tx, incident, actor.id or None))
        self._apply(tx, incident, new.affects, began_at)
        detail = {"step": new.step, "components": sorted(new.affects), "banner": new.banner}
        self._audit.record(tx, actor, "open", "incident", str(incident.id), detail, now)
        return self._said(tx, actor, incident, words, new.next_at, now, new=True)

    def update(self, tx: Tx, actor: Actor, id_: int, said: NewUpdate, now: int) -> Reported:
        """Post an update, and tell followers. The step `resolved` ends the incident and its effects. In
        incident mode, the banner then says for BACK_MS that it is over."""
        incident = self._locked(tx, id_)
        rules.check_step(incident, said.step)
        rules.check_next(said.next_at, now)
        words = rules.text("text", said.text)
        if incident.open:
            self._effects_now(tx, incident, said, now)
        resolves = said.step == "resolved" and incident.open
        incident = replace(
            incident,
            step=said.step,
            resolved_at=now if resolves else incident.resolved_at,
            next_at=None if said.step == "resolved" else said.next_at,
            version=incident.version + 1,
            updated_at=now,
        )
        self._store.put_incident(tx, incident)
        self._audit.record(tx, actor, "update", "incident", str(id_), {"step": said.step}, now)
        return self._said(tx, actor, incident, words, incident.next_at, now, new=False)

    def correct(self, tx: Tx, actor: Actor, id_: int, change: Correction, now: int) -> Reported:
        """Correct an incident, or switch its banner. Followers are not told."""
        before = self._locked(tx, id_)
        began_at = before.began_at if change.began_at is None else change.began_at
        resolved_at = before.resolved_at if change.resolved_at is None else change.resolved_at
        if before.open and change.resolved_at is not None:
            sentence = "This incident is open. Resolve it with an update."
            raise Refused("conflict", sentence, {"resolved_at": sentence})
        rules.check_times(began_at, resolved_at, now)
        if change.banner and not before.open:
            raise Refused("conflict", "This incident is resolved.", {"banner": "This incident is resolved."})
        moved = (began_at, resolved_at) != (before.began_at, before.resolved_at)
        title, effect = change.title, change.effect
        after = replace(
            before,
            title=before.title if title is None else rules.line("title", title, rules.TITLE_MAX),
            effect=before.effect if effect is None else rules.line("effect", effect, rules.EFFECT_MAX, required=False),
            banner=before.banner if change.banner is None else change.banner,
            team=before.team if change.team is None else change.team,
            began_at=began_at,
            resolved_at=resolved_at,
            edited_at=now if moved else before.edited_at,
            updated_at=now,
        )
        self._store.put_incident(tx, after)
        if moved:
            kept = _moved(self._store.of_cause(tx, "incident", id_), before, after)
            self._store.set_intervals(tx, "incident", id_, kept)
        names = [name for name in Correction.__dataclass_fields__ if getattr(change, name) is not None]
        self._audit.record(tx, actor, "change", "incident", str(id_), {"fields": names}, now)
        return self._found(tx, id_)

    def _effects_now(self, tx: Tx, incident: Incident, said: NewUpdate, now: int) -> None:
        """Change or end the effects on components, from now on."""
        before = self._store.of_cause(tx, "incident", incident.id)
        current = {one.component: one for one in before if one.ended_at is None}
        if said.step == "resolved":
            wanted = dict[int, State]()
        elif said.affects is None:
            return
        else:
            wanted = dict(said.affects)
            rules.check_affects(wanted, self._known(tx))
        kept = [
            replace(one, ended_at=now) if one.ended_at is None and wanted.get(one.component) != one.state else one
            for one in before
        ]
        added = [
            Interval(component, state, now, None, "incident", incident.id)
            for component, state in wanted.items()
            if component not in current or current[component].state != state
        ]
        self._store.set_intervals(tx, "incident", incident.id, [*kept, *added])

    def _apply(self, tx: Tx, incident: Incident, affects: Mapping[int, State], began_at: int) -> None:
        ended_at, id_ = incident.resolved_at, incident.id
        intervals = [Interval(one, state, began_at, ended_at, "incident", id_) for one, state in affects.items()]
        self._store.set_intervals(tx, "incident", id_, intervals)

    def _said(
        self, tx: Tx, actor: Actor, incident: Incident, words: str, next_at: int | None, now: int, *, new: bool
    ) -> Reported:
        update = Update(0, incident.id, incident.step, words, now, next_at, actor.id or None)
        self._store.add_update(tx, update)
        reported = self._found(tx, incident.id)
        products = products_of(self._store.components(tx, retired=True), reported.touched)
        told = (incident.id, incident.version, new, incident.title, words)
        self._announcing.announce(tx, Notice("incident", *told, reported.touched, products, now, incident.step))
        return reported

    def _found(self, tx: Tx, id_: int) -> Reported:
        reported = self._reading.incident(tx, id_)
        self._finding.put(tx, reported)
        return reported

    def _locked(self, tx: Tx, id_: int) -> Incident:
        incident = self._store.incident(tx, id_, lock=True)
        if incident is None:
            raise Refused("not_found", "There is no such incident.")
        return incident

    def _known(self, tx: Tx) -> set[int]:
        return {component.id for component in self._store.components(tx)}


def _moved(intervals: list[Interval], before: Incident, after: Incident) -> list[Interval]:
    """The intervals of an incident after a correction of its times. Those at its edges move with them, the others are
    cut."""
    kept = list[Interval]()
    for one in intervals:
        begins = after.began_at if one.began_at == before.began_at else max(one.began_at, after.began_at)
        ends = one.ended_at
        if ends is not None and after.resolved_at is not None:
            ends = after.resolved_at if ends == before.resolved_at else min(ends, after.resolved_at)
        if ends is None or begins < ends:
            kept.append(replace(one, began_at=begins, ended_at=ends))
    return kept
