"""The audit log as admins read it. Nobody can change it: there is no method for that."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

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
from routing.desk import Team
from server.live.administration.audit_titles import titles_of
from server.live.administration.changed_since import HOURS_FILE, changed_since
from server.live.hours.hours_editing import AffectedChats
from storage.ports import Storage, Tx
from ticketing.spreadsheet_safety import harmless

PAGE = 100
"""Maximum number of lines in one page."""
LOOKED_AT = 100_000
"""Maximum number of lines that one read looks at. Keeps a read short if few lines match."""
EXPORTED_MAX = 20_000
"""Maximum number of lines in one export."""
COLUMNS = ("at", "actor_kind", "actor_id", "actor", "network", "verb", "thing", "thing_id", "name", "detail")
LATER_MAX = 1_000
"""Maximum number of later lines that one undo looks at."""
_ID_MAX = 64
_Found = tuple[int, AuditLine]


class Undoes(Protocol):
    async def undo(self, by: Actor, line: AuditLine) -> None: ...

    async def closing(self, by: Actor, line: AuditLine) -> Sequence[tuple[Team, AffectedChats]]: ...


class AuditReading:
    def __init__(
        self, storage: Storage, clock: Clock, people: People, undoing: Undoes, looked_at: int = LOOKED_AT
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._undoing = undoing
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

    async def line(self, by: Actor, id_: int) -> AuditLine:
        """A line whose change may be undone. Raises Refused: `forbidden` if `by` is not an admin; `not_found` for an
        unknown line; `conflict` if the change was undone before, or if somebody has changed the same values since."""
        if "admin" not in by.roles:
            raise Refused("forbidden", "Only admins undo changes.")

        def read(tx: Tx) -> tuple[AuditLine | None, bool, AuditLine | None, Mapping[str, str]]:
            line = self._store.audit_line(tx, id_)
            if line is None:
                return None, False, None, {}
            things = HOURS_FILE if line.thing in HOURS_FILE else (line.thing,)
            later = self._store.later_lines(tx, id_, things, line.thing_id, LATER_MAX)
            newer = changed_since(line, later, self._store.undoings_since(tx, id_, LATER_MAX))
            names = self._people.names(tx, {newer.actor or ""}) if newer is not None else {}
            return line, bool(self._store.undone_lines(tx, [id_])), newer, names

        line, undone, newer, names = await self._storage.read(read)
        if line is None:
            raise Refused("not_found", "There is no such line.")
        if undone:
            raise Refused("conflict", "This change is already undone.")
        if newer is not None:
            raise Refused("conflict", _changed_words(by, newer, names))
        return line

    async def closed_by(self, by: Actor, id_: int) -> Sequence[tuple[Team, AffectedChats]]:
        """The teams that the undoing of a line would close while people wait in their queues. Raises what `undo`
        raises."""
        return await self._undoing.closing(by, await self.line(by, id_))

    async def undo(self, by: Actor, id_: int) -> None:
        """Undo the change that the line `id_` describes. The log gets a new line about this.

        Raises the errors of `line`, Refused(conflict) for a line that cannot be undone, and the errors of the change
        itself.
        """
        line = await self.line(by, id_)
        await self._undoing.undo(by, line)
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


def _changed_words(by: Actor, newer: AuditLine, names: Mapping[str, str]) -> str:
    if newer.actor == by.id:
        return "You have changed this again since. Undo your newer change first."
    who = names.get(newer.actor or "") or ("The system" if newer.actor is None else "Somebody else")
    return (
        f"{who} has changed this since, so nothing was undone. Undo the newer change first if you want this one back."
    )


def _check(by: Actor) -> None:
    if not may(by, "read", "audit"):
        raise Refused("forbidden", "Only admins and auditors read the audit log.")
