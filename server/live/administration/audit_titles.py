"""The titles of the objects in lines of the audit log that have a number instead of a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlmodel import col, select

from availability.adapters.tables import ComponentRow, IncidentRow, MaintenanceRow
from identity.audit import AuditLine
from learning.adapters.tables import SessionRow
from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

_TITLES = {
    "component": (col(ComponentRow.id), col(ComponentRow.name)),
    "incident": (col(IncidentRow.id), col(IncidentRow.title)),
    "maintenance": (col(MaintenanceRow.id), col(MaintenanceRow.title)),
    "live_session": (col(SessionRow.id), col(SessionRow.title)),
}
_AT_ONCE = 1_000
"""Maximum number of ids in one statement."""


def titles_of(tx: Tx, lines: Iterable[AuditLine]) -> Mapping[str, str]:
    """The titles by thing and number, such as `incident 7`. Includes the components that a line names.

    The title of a chat is the number of its ticket, such as `#7`. A chat without a ticket has none.
    """
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    chats = set[str]()
    for line in lines:
        chats.update(
            one
            for one in (line.thing_id if line.thing == "chat" else None, line.detail.get("chat"))
            if isinstance(one, str)
        )
        if line.thing in _TITLES and line.thing_id is not None and line.thing_id.isdecimal():
            wanted[line.thing].add(int(line.thing_id))
        components = line.detail.get("components")
        if isinstance(components, list):
            wanted["component"].update(one for one in components if isinstance(one, int))
    found: dict[str, str] = {}
    for thing, ids in wanted.items():
        number, title = _TITLES[thing]
        rows = tx.session.exec(select(number, title).where(number.in_(sorted(ids))))
        found |= {f"{thing} {id_}": name for id_, name in rows}
    return found | _tickets(tx, chats)


def _tickets(tx: Tx, chats: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    ids = sorted(chats)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = tx.session.exec(select(TicketRow.chat, TicketRow.number).where(col(TicketRow.chat).in_(some)))
        found |= {f"chat {chat}": f"#{number}" for chat, number in rows}
    return found
