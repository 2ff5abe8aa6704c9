"""The meaning of the names of a Zendesk export at this desk. Pure."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from ticketing.codes import CODES
from zendesk.statuses import STATUSES, Status

SKIP = "skip"
"""The place of a status whose tickets are left out."""


class FieldMap(Struct, frozen=True, forbid_unknown_fields=True):
    """A custom field of Zendesk, and our names for its values. A value without a name here is taken as it is, if the
    desk has it."""

    field: int
    values: dict[str, str] = {}


class ImportMap(Struct, frozen=True, forbid_unknown_fields=True):
    """The file for `--map`.

    `team`: the team of tickets whose group is not named. `teams`: our teams by the name or id of Zendesk's groups.
    `statuses`: Zendesk's statuses, or `skip`, by the names of other statuses. `solved_as`: the code of solved tickets
    without one. `fields`: our custom fields, or `skip`, by the names or ids of Zendesk's.
    """

    team: str | None = None
    teams: dict[str, str] = {}
    statuses: dict[str, str] = {}
    solved_as: str | None = None
    resolution: FieldMap | None = None
    product: FieldMap | None = None
    fields: dict[str, str] = {}


def faults_of(map_: ImportMap, teams: Collection[str], products: Collection[str]) -> list[str]:
    """A sentence for each name in the mapping that the desk does not have."""
    known = (*STATUSES, SKIP)
    found = [
        f"team: there is no team {name!r}. Teams are {_listed(teams)}."
        for name in (*([map_.team] if map_.team is not None else []), *map_.teams.values())
        if name not in teams
    ]
    found += [
        f"statuses: {ours!r} is no status. Choose one of {', '.join(known)}."
        for ours in map_.statuses.values()
        if ours not in known
    ]
    codes = [*([map_.solved_as] if map_.solved_as is not None else []), *_values(map_.resolution)]
    found += [f"resolution: there is no code {code!r} that an import may set." for code in codes if not settable(code)]
    found += [
        f"product: there is no product {name!r}. Products are {_listed(products)}."
        for name in _values(map_.product)
        if name not in products
    ]
    return list(dict.fromkeys(found))


def settable(code: str) -> bool:
    """True for a code that says enough by itself. `duplicate` must name another ticket."""
    return code in CODES and not CODES[code].names_another


def status_in(map_: ImportMap, status: str) -> Status | None:
    """Zendesk's status for a status of the export. None if the ticket is left out. Raises KeyError for an unknown
    one."""
    found = map_.statuses.get(status, status).lower()
    if found in (SKIP, "deleted"):
        return None
    by_name: dict[str, Status] = {known: known for known in STATUSES}
    return by_name[found]


def unseen(number: int, team: str) -> str:
    """The remark about a ticket whose assignee may not see its team here."""
    return f"the assignee of {number} has no access to the team {team} here: left without an assignee"


def _values(field: FieldMap | None) -> Collection[str]:
    return field.values.values() if field is not None else ()


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
