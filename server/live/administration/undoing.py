"""Undoes the changes of admins that lines of the audit log describe.

An undone change is checked like any other change, and adds a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from msgspec import ValidationError, convert

from alarms.destination import DestinationChange
from identity.actor import ROLES, Actor, Role
from identity.audit import AuditLine
from identity.client_views import ClientChange, version_of
from identity.ports import Client
from identity.staff_views import StaffChange
from refusals import Refused
from routing.desk import Team
from routing.hours_changes import HoursChange, TeamChange
from server.live.administration.client_admin import ClientAdmin
from server.live.administration.invitations import Invitations
from server.live.administration.staff_admin import StaffAdmin
from server.live.administration.widget_settings import SettingsOfWidget
from server.live.alarms.alarm_admin import AlarmAdmin
from server.live.hours.hours_editing import AffectedChats, HoursEditing
from server.live.hours.team_editing import TeamEditing

_TeamValues = dict[str, str | int | bool | list[str] | None]


class Undoing:
    def __init__(
        self,
        staff: StaffAdmin,
        clients: ClientAdmin,
        widget: SettingsOfWidget,
        hours: HoursEditing,
        teams: TeamEditing,
        alarms: AlarmAdmin,
        invitations: Invitations,
    ) -> None:
        self._staff = staff
        self._clients = clients
        self._widget = widget
        self._hours = hours
        self._teams = teams
        self._alarms = alarms
        self._invitations = invitations

    async def undo(self, by: Actor, line: AuditLine) -> None:
        """Undo the change in a line. Raises Refused: `conflict` if the line describes nothing that can be undone, and
        the errors of the change itself."""
        try:
            await self._undo(by, line, line.thing_id or "")
        except ValidationError:
            raise _impossible() from None

    async def closing(self, by: Actor, line: AuditLine) -> Sequence[tuple[Team, AffectedChats]]:
        """The teams that the undoing of a change of hours would close while people wait in their queues. Raises the
        errors of the change."""
        try:
            back = _hours_before(line)
        except ValidationError:
            raise _impossible() from None
        if not back:
            return []
        told = await self._hours.preview(by, back, None)
        return [(told.after.teams[one.team], one) for one in told.chats if one.closes and one.waiting]

    async def _undo(self, by: Actor, line: AuditLine, id_: str) -> None:
        match line.verb, line.thing:
            case "invite", "user":
                await self._invitations.withdraw(by, id_)
            case _, "user":
                change = undoing(line)
                if change is None:
                    raise _impossible()
                await self._staff.change(by, id_, change, None)
            case "change", "client":
                present = (await self._clients.client(by, id_)).client
                await self._clients.change(by, id_, client_before(line, present), {version_of(present)})
            case "change", "widget_settings":
                await self._widget.change(by, values_before(line), None)
            case "remove", "alarm_destination":
                await self._alarms.restore(by, id_)
            case "change", "alarm_destination":
                await self._alarms.change(by, id_, convert(line.detail.get("from"), DestinationChange))
            case "change", "hours":
                await self._hours.save(by, _hours_before(line), None)
            case "change", "team":
                before = convert(line.detail.get("from"), _TeamValues)
                await self._teams.change(by, id_, before, None, unused=_new_schedule(line))
            case "add", "team":
                await self._teams.remove(by, id_, None, unused=_new_schedule(line))
            case "remove", "team":
                await self._teams.add(by, id_, convert(line.detail.get("from"), dict[str, object]), None)
            case "change", "product":
                was, became = (convert(line.detail.get(name), _Product) for name in ("from", "to"))
                places = convert(line.detail.get("places") or {}, dict[str, int])
                await self._teams.set_product(by, _name(became), _name(was), _teams(was), None, places=places)
            case _:
                raise _impossible()


def _hours_before(line: AuditLine) -> Sequence[HoursChange]:
    """The changes of hours that undo a line. Empty if it is about something else."""
    before = line.detail.get("from")
    if (line.verb, line.thing) == ("change", "hours"):
        back = convert(before, HoursChange | list[HoursChange])
        return back if isinstance(back, list) else [back]
    if (line.verb, line.thing) == ("change", "team"):
        values = convert(before, _TeamValues)
        schedule = values.get("schedule")
        return [TeamChange(line.thing_id or "", schedule)] if isinstance(schedule, str) else []
    return []


def _new_schedule(line: AuditLine) -> str | None:
    """The schedule that was added for the team in a line."""
    found = line.detail.get("new_schedule")
    return found if isinstance(found, str) else None


def undoing(line: AuditLine) -> StaffChange | None:
    """The change of a staff member that undoes the change in a line. None if the line describes nothing that can be
    undone."""
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
        case (("enable" | "add"), "user"):
            return StaffChange(disabled=True, reason="Undone in the audit log.")
    return None


def values_before(line: AuditLine) -> Mapping[str, object]:
    """The values before the change in a line, by name."""
    return {name.removeprefix("was_"): value for name, value in line.detail.items() if name.startswith("was_")}


def client_before(line: AuditLine, present: Client) -> ClientChange:
    """The client `present` with the values before the change in a line. Other values stay as they are."""
    was = values_before(line)
    domains = _listed(was.get("domains", sorted(present.domains)))
    products = _listed(was.get("products", sorted(present.products)))
    return ClientChange(
        name=str(was.get("name", present.name)),
        domains=[str(domain) for domain in domains],
        account_team=str(was.get("account_team", present.account_team) or ""),
        vip=bool(was.get("vip", present.vip)),
        products=[str(product) for product in products],
    )


_Product = dict[str, str | list[str]]


def _name(product: _Product) -> str:
    return str(product.get("name", ""))


def _teams(product: _Product) -> list[str]:
    return [str(team) for team in _listed(product.get("teams"))]


def _impossible() -> Refused:
    return Refused("conflict", "This can't be undone.")


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _is_role(value: object) -> TypeGuard[Role]:
    return value in ROLES
