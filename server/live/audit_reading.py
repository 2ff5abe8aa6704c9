"""The audit log as admins read it. Nobody can change it: there is no method for that."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TypeGuard

from msgspec import json

from clock import Clock, rfc3339
from identity.actor import ROLES, Actor, Role
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.people import People
from identity.adapters.store import SqlStore
from identity.audit import AuditLine
from identity.audit_search import AuditPage, AuditSearch
from identity.permissions import may
from identity.staff_views import StaffChange
from refusals import Refused
from server.live.staff_admin import StaffAdmin
from storage.ports import Storage, Tx
from ticketing.spreadsheet_safety import harmless

PAGE = 100
"""Lines of one page."""
EXPORTED_MAX = 20_000
"""Lines of one export, the newest."""
COLUMNS = ("at", "actor_kind", "actor_id", "actor", "network", "verb", "thing", "thing_id", "name", "detail")


class AuditReading:
    def __init__(self, storage: Storage, clock: Clock, people: People, staff: StaffAdmin) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._staff = staff
        self._store = SqlStore()
        self._clients = SqlCustomerStore()

    async def page(self, by: Actor, wanted: AuditSearch) -> AuditPage:
        """One page of matching lines. Raises Refused(forbidden), StorageUnavailable."""
        _check(by)

        def read(tx: Tx) -> AuditPage:
            found = self._store.search_audit(tx, wanted, PAGE + 1)
            lines, more = found[:PAGE], found[PAGE - 1][0] if len(found) > PAGE else None
            return AuditPage(lines, more, self._names(tx, lines))

        return await self._storage.read(read, "heavy")

    async def exported(self, by: Actor, wanted: AuditSearch) -> str:
        """The newest matching lines as CSV, newest first. The export is itself a line of the log."""
        _check(by)
        now = self._clock()
        asked = {name: getattr(wanted, name) for name in ("since", "until", "person", "verb", "thing")}
        detail = {name: value for name, value in asked.items() if value is not None}
        await self._storage.write(lambda tx: self._people.record(tx, by, "export", "audit", None, detail, now))

        def read(tx: Tx) -> tuple[list[tuple[int, AuditLine]], Mapping[str, str]]:
            found = self._store.search_audit(tx, wanted, EXPORTED_MAX)
            return found, self._names(tx, found)

        lines, names = await self._storage.read(read, "export")
        return _csv((line for _, line in lines), names)

    async def undo(self, by: Actor, id_: int) -> None:
        """Undo a change of a staff member, which the line `id_` describes. The log gets a new line about this.

        Raises Refused: `not_found`; `conflict` for a line that cannot be undone; the errors of `StaffAdmin.change`.
        """
        _check(by)
        line = await self._storage.read(lambda tx: self._store.audit_line(tx, id_))
        if line is None:
            raise Refused("not_found", "There is no such line.")
        change = undoing(line)
        if change is None or line.thing_id is None:
            raise Refused("conflict", "This can't be undone.")
        await self._staff.change(by, line.thing_id, change, None)

    def _names(self, tx: Tx, lines: Iterable[tuple[int, AuditLine]]) -> Mapping[str, str]:
        ids = {one for _, line in lines for one in (line.actor, line.thing_id) if one is not None}
        return {**self._people.client_names(tx, ids), **self._people.names(tx, ids)}


def undoing(line: AuditLine) -> StaffChange | None:
    """The change that undoes the change in a line. None if the line describes nothing that can be undone."""
    was = line.detail
    match line.verb, line.thing:
        case "set_role", "user":
            roles = [one for one in (was.get("was_role"), *_listed(was.get("was_also"))) if _is_role(one)]
            teams = [team for team in _listed(was.get("was_teams")) if isinstance(team, str)]
            return StaffChange(roles=roles, teams=teams)
        case "change", "user":
            capacity = was.get("was_capacity")
            return StaffChange(capacity=capacity) if isinstance(capacity, int) else None
        case "disable", "user":
            return StaffChange(disabled=False)
        case "enable", "user":
            return StaffChange(disabled=True, reason="Undone in the audit log.")
    return None


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _is_role(value: object) -> TypeGuard[Role]:
    return value in ROLES


def _csv(lines: Iterable[AuditLine], names: Mapping[str, str]) -> str:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for line in lines:
        actor, about = names.get(line.actor or "", ""), names.get(line.thing_id or "", "")
        cells = (rfc3339(line.at), line.actor_kind, line.actor, actor, line.network, line.verb, line.thing)
        detail = json.encode(line.detail).decode() if line.detail else ""
        rows.writerow([harmless(str(cell or "")) for cell in (*cells, line.thing_id, about, detail)])
    return written.getvalue()


def _check(by: Actor) -> None:
    if not may(by, "read", "audit"):
        raise Refused("forbidden", "Only admins read the audit log.")
