"""Faults of an hours file, including removed teams that the database still uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from chat.adapters import archive
from identity.adapters.sql_staff import teams_of_people
from routing.adapters import hours_file
from routing.desk import Desk
from routing.errors import DeskFaults
from storage.ports import Tx
from ticketing.adapters.store import teams_of_tickets


def removed_teams(tx: Tx, desk: Desk, found: bytes, path: Path) -> tuple[str, ...]:
    """A fault for each team that the hours file lacks although tickets, people or open chats belong to the team."""
    used: defaultdict[str, list[str]] = defaultdict(list)
    for (one, many), counts in (
        (("ticket", "tickets"), teams_of_tickets(tx)),
        (("person", "people"), teams_of_people(tx)),
        (("chat", "chats"), archive.teams_of_open_chats(tx)),
    ):
        for key, count in counts.items():
            if key not in desk.teams:
                used[key].append(f"{count} {one if count == 1 else many}")
    return tuple(hours_file.missing_teams(found, path, {key: _listed(parts) for key, parts in used.items()}))


def faults_of(path: Path, tx: Tx | None = None) -> tuple[str, ...]:
    """All faults of an hours file.

    With `tx`, also a fault for each team that is missing in the file although the database uses it.
    """
    try:
        found = hours_file.contents(path)
        desk = hours_file.desk_of(found, path)
    except DeskFaults as bad:
        return bad.faults
    return () if tx is None else removed_teams(tx, desk, found, path)


def without_calendar(desk: Desk) -> list[str]:
    """The keys of the schedules that a team uses and that have no public holidays in their last version."""
    used = {team.schedule for team in desk.teams.values() if not team.retired}
    return [key for key, one in desk.schedules.items() if key in used and one.versions[-1].holidays is None]


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
