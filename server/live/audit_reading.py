"""The audit log as admins read it. Nobody can change it: there is no method for that."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Mapping

from msgspec import json

from clock import Clock, rfc3339
from identity.actor import Actor
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.people import People
from identity.adapters.store import SqlStore
from identity.audit import AuditLine
from identity.audit_search import AuditPage, AuditSearch
from identity.permissions import may
from refusals import Refused
from storage.ports import Storage, Tx
from ticketing.spreadsheet_safety import harmless

PAGE = 100
"""Maximum number of lines in one page."""
EXPORTED_MAX = 20_000
"""Maximum number of lines in one export."""
COLUMNS = ("at", "actor_kind", "actor_id", "actor", "network", "verb", "thing", "thing_id", "name", "detail")
Undo = Callable[[Actor, AuditLine], Awaitable[None]]


class AuditReading:
    def __init__(self, storage: Storage, clock: Clock, people: People, undo: Undo) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._undo = undo
        self._store = SqlStore()
        self._clients = SqlCustomerStore()

    async def page(self, by: Actor, wanted: AuditSearch) -> AuditPage:
        """One page of matching lines. Raises Refused(forbidden) if `by` is not an admin, and StorageUnavailable."""
        _check(by)

        def read(tx: Tx) -> AuditPage:
            found = self._store.search_audit(tx, wanted, PAGE + 1)
            lines, more = found[:PAGE], found[PAGE - 1][0] if len(found) > PAGE else None
            return AuditPage(lines, more, self._names(tx, lines))

        return await self._storage.read(read, "heavy")

    async def exported(self, by: Actor, wanted: AuditSearch) -> str:
        """The newest EXPORTED_MAX matching lines as CSV, newest first. The export is itself a line of the log. Raises
        the same errors as `page`."""
        _check(by)
        now = self._clock()
        asked = {name: getattr(wanted, name) for name in ("since", "until", "person", "verb", "thing")}
        detail: dict[str, object] = {name: value for name, value in asked.items() if value is not None}
        if wanted.words:
            # What was searched for is text that somebody wrote.
            detail["searched"] = True
        await self._storage.write(lambda tx: self._people.record(tx, by, "export", "audit", None, detail, now))

        def read(tx: Tx) -> tuple[list[tuple[int, AuditLine]], Mapping[str, str]]:
            found = self._store.search_audit(tx, wanted, EXPORTED_MAX)
            return found, self._names(tx, found)

        lines, names = await self._storage.read(read, "export")
        return _csv((line for _, line in lines), names)

    async def undo(self, by: Actor, id_: int) -> None:
        """Undo the change that the line `id_` describes. The log gets a new line about this.

        Raises Refused: `forbidden` if `by` is not an admin; `not_found` for an unknown line; `conflict` for a line that
        cannot be undone; the errors of the change itself.
        """
        _check(by)
        line = await self._storage.read(lambda tx: self._store.audit_line(tx, id_))
        if line is None:
            raise Refused("not_found", "There is no such line.")
        await self._undo(by, line)

    def _names(self, tx: Tx, lines: Iterable[tuple[int, AuditLine]]) -> Mapping[str, str]:
        ids = {one for _, line in lines for one in (line.actor, line.thing_id) if one is not None}
        return {**self._people.client_names(tx, ids), **self._people.names(tx, ids)}


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
