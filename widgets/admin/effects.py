"""The effects of changing a person, in words. The page shows them before the change is saved. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from identity.staff_views import StaffChange, StaffDetail
from widgets.portal.frame import first_name


@dataclass(frozen=True, slots=True)
class Effect:
    """A change and its effects. `what` is the change, and `then` has the effects."""

    icon: str
    what: str
    then: str


def effects_of(detail: StaffDetail, wanted: StaffChange, names: Mapping[str, str]) -> list[Effect]:
    """The effects of the values in `wanted` that differ from the person's present values. `names` has the names of
    teams by key."""
    found = [*_roles(detail, wanted), *_teams(detail, wanted, names)]
    view = detail.view
    if wanted.capacity is not None and view.capacity is not None and wanted.capacity != view.capacity:
        name, held = first_name(view.name), sum(detail.chats.values())
        then = f"{name} holds {held}, so nothing changes hands."
        if held > wanted.capacity:
            then = (
                f"{name} holds {held} and keeps them, and gets no new chat until fewer than {wanted.capacity} are left."
            )
        found.append(Effect("messages-square", f"{wanted.capacity} chats at once, not {view.capacity}.", then))
    return found


def _roles(detail: StaffDetail, wanted: StaffChange) -> list[Effect]:
    before = set(detail.view.roles)
    after = before if wanted.roles is None else set(wanted.roles)
    found = []
    if after - before:
        found.append(Effect("user", f"Becomes {_listed(after - before)}.", _MAY[max(after - before)]))
    if before - after:
        lost = before - after
        then = "The rights of the role end within 2 seconds."
        if not after & {"agent", "supervisor"}:
            chats, tickets = sum(detail.chats.values()), sum(detail.tickets.values())
            held = _counted(tickets, "open ticket", "open tickets")
            then = f"{_counted(chats, 'chat goes', 'chats go')} back to the queue, {held} to the team."
        found.append(Effect("user-x", f"Is no {_listed(lost, ' and no ')} any more.", then))
    return found


_MAY = {
    "agent": "Takes chats, and works on the tickets of the teams.",
    "supervisor": "Sees the floor of the teams, and may watch their chats.",
    "author": "Writes and publishes articles. The role opens no chats.",
    "auditor": "Reads the audit log, settings and reports. The role opens no chats, and changes nothing.",
    "admin": "Manages people and settings. The role opens no chats.",
}


def _teams(detail: StaffDetail, wanted: StaffChange, names: Mapping[str, str]) -> list[Effect]:
    if wanted.teams is None:
        return []
    before, after, name = set(detail.view.teams), set(wanted.teams), first_name(detail.view.name)
    found = []
    for team in sorted(before - after):
        tickets, chats = detail.tickets.get(team, 0), detail.chats.get(team, 0)
        then = f"{_counted(tickets, 'open ticket goes', 'open tickets go')} back to the team."
        if chats:
            then += f" {_counted(chats, 'chat under way stays', 'chats under way stay')} with {name} to the end."
        found.append(Effect("arrow-right-left", f"Leaves {names.get(team, team)}.", then))
    for team in sorted(after - before):
        then = "New chats and tickets of the team may come to them."
        found.append(Effect("arrow-right-left", f"Joins {names.get(team, team)}.", then))
    return found


def _listed(words: Collection[str], between: str = " and ") -> str:
    return between.join(sorted(words))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count or 'No'} {one if count == 1 else many}"


def count_of(effects: Sequence[Effect]) -> str:
    return _counted(len(effects), "change", "changes")
