"""The audit log as admins read it. Nobody can change it: there is no method for that."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial

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
from server.live.administration.audit_titles import titles_of
from storage.ports import Storage, Tx
from ticketing.spreadsheet_safety import harmless

PAGE = 100
"""Maximum number of lines in one page."""
LOOKED_AT = 100_000
"""Maximum number of lines that one read looks at. Keeps a read short if few lines match."""
EXPORTED_MAX = 20_000
"""Maximum number of lines in one export."""
COLUMNS = ("at", "actor_kind", "actor_id", "actor", "network", "verb", "thing", "thing_id", "name", "detail")
_ID_MAX = 64
_Found = tuple[int, AuditLine]
Undo = Callable[[Actor, AuditLine], Awaitable[None]]


class AuditReading:
    def __init__(self, storage: Storage, clock: Clock, people: People, undo: Undo, looked_at: int = LOOKED_AT) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._undo = undo
        self._looked_at = looked_at
        self._store = SqlStore()
        self._clients = SqlCustomerStore()

    async def page(self, by: Actor, wanted: AuditSearch) -> AuditPage:
        """One page of matching lines. Raises Refused(forbidden) if `by` is not an admin, and StorageUnavailable."""
        _check(by)

        def read(tx: Tx) -> AuditPage:
            found, rest = self._store.search_audit(tx, wanted, PAGE + 1, self._looked_at)
            lines = found[:PAGE]
            names, undone = self._names(tx, lines), self._store.undone_lines(tx, [id_ for id_, _ in lines])
            if len(found) > PAGE:
                return AuditPage(lines, lines[-1][0], names, undone=undone)
            reached = self._store.audit_moment(tx, rest) if rest is not None else None
            return AuditPage(lines, rest, names, reached, undone)

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

        def part(tx: Tx, before: int | None, limit: int) -> tuple[list[_Found], Mapping[str, str], int | None]:
            found, rest = self._store.search_audit(tx, replace(wanted, before=before), limit, self._looked_at)
            return found, self._names(tx, found), rest

        lines, names = list[_Found](), dict[str, str]()
        rest = wanted.before
        while True:
            read = partial(part, before=rest, limit=EXPORTED_MAX - len(lines))
            found, known, rest = await self._storage.read(read, "export")
            lines += found
            names |= known
            if rest is None or len(lines) == EXPORTED_MAX:
                return _csv((line for _, line in lines), names)

    async def undo(self, by: Actor, id_: int) -> None:
        """Undo the change that the line `id_` describes. The log gets a new line about this.

        Raises Refused: `forbidden` if `by` is not an admin; `not_found` for an unknown line; `conflict` for a line that
        cannot be undone or was undone before; the errors of the change itself.
        """
        _check(by)
        line, undone = await self._storage.read(
            lambda tx: (self._store.audit_line(tx, id_), self._store.undone_lines(tx, [id_]))
        )
        if line is None:
            raise Refused("not_found", "There is no such line.")
        if undone:
            raise Refused("conflict", "This change is already undone.")
        await self._undo(by, line)
        detail = {"verb": line.verb, "thing": line.thing, "thing_id": line.thing_id}
        now = self._clock()
        await self._storage.write(lambda tx: self._people.record(tx, by, "undo", "audit", str(id_), detail, now))

    def _names(self, tx: Tx, lines: Collection[tuple[int, AuditLine]]) -> Mapping[str, str]:
        ids = {
            one
            for _, line in lines
            for one in (line.actor, line.thing_id, *line.detail.values())
            if isinstance(one, str) and len(one) <= _ID_MAX
        }
        titles = titles_of(tx, (line for _, line in lines))
        return {**titles, **self._people.client_names(tx, ids), **self._people.names(tx, ids)}


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
