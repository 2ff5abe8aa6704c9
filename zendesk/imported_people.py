"""The desk and the people that an import of a Zendesk export knows, and the people of a ticket. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from texts.addresses import EMAIL_MAX, email_address
from texts.visible import as_line, shows_something
from ticketing.custom_fields import CustomField
from ticketing.events import FileView
from ticketing.staff_followers import FOLLOWERS_MAX
from ticketing.ticket import NAME_MAX, PARTICIPANTS_MAX, Participant, Requester
from zendesk.exported import ExportedFile, ExportedTicket, ExportedUser, in_copy
from zendesk.field_import import Taken
from zendesk.import_map import ImportMap

STAFF = ("agent", "admin")


class Unusable(ValueError):
    """A ticket that cannot be imported. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What an import needs to know of this desk."""

    map_: ImportMap
    teams: Mapping[str, str]
    """Names of the teams by key."""
    products: Sequence[str]
    zone: str
    reopen_days: Mapping[str, int]
    staff: Mapping[str, tuple[str, str]]
    """Ids and names of the staff, by address in lower case."""
    sees: Callable[[str, str], bool] = lambda staff, team: True
    """True if the member of staff with this id may see the tickets of a team."""
    fields: Mapping[int, Taken] = field(default_factory=dict)
    """What became of the custom fields of the export, by their numbers. `here`: all fields of this desk."""
    here: Sequence[CustomField] = ()


Files = Callable[[ExportedFile], FileView | None]
"""The stored file of an attachment. None if the export does not have it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the other files of the export say about a ticket."""

    users: Mapping[int, ExportedUser]
    clients: Mapping[int, str]
    """Ids of clients by the ids of organizations."""
    groups: Mapping[int, str]
    """Names of groups."""
    text_of: Callable[[str], str]
    """The text of a comment in HTML."""
    file_of: Files = lambda _: None


def user_of(id_: int | None, inside: ExportedUser | None, facts: Facts) -> ExportedUser:
    found = facts.users.get(id_) if id_ is not None else None
    return found or inside or ExportedUser()


def address_of(user: ExportedUser) -> str | None:
    return _checked(user.email) if user.email and len(user.email) <= EMAIL_MAX else None


_checked = lru_cache(100_000)(email_address)
"""Checking an address takes as long as everything else about a ticket. Most people have many tickets."""


def name_of(user: ExportedUser) -> str | None:
    name = as_line((user.name or "")[: 2 * NAME_MAX])[:NAME_MAX]
    return name if name and shows_something(name) else None


def requester_of(ticket: ExportedTicket, facts: Facts) -> Requester:
    user = user_of(ticket.requester_id, ticket.requester, facts)
    return Requester(None, name_of(user), address_of(user))


def participants_of(ticket: ExportedTicket, requester: Requester, desk: Desk, facts: Facts) -> tuple[Participant, ...]:
    """The people in copy. Agents there and staff here are no participants: they follow."""
    found = dict[str, Participant]()
    own = (requester.email or "").lower()
    for id_ in dict.fromkeys(in_copy(ticket)):
        user = user_of(id_, None, facts)
        address = (address_of(user) or "").lower()
        if address and address != own and user.role not in STAFF and address not in desk.staff:
            found[address] = Participant(address, name_of(user))
    return tuple(found.values())[:PARTICIPANTS_MAX]


def followers_of(ticket: ExportedTicket, team: str, desk: Desk, facts: Facts, remarks: list[str]) -> list[str]:
    """The staff here who follow the ticket, or are in copy of it."""
    found = dict[str, None]()
    followers = ticket.follower_ids or ()
    for id_ in dict.fromkeys((*followers, *in_copy(ticket))):
        user = user_of(id_, None, facts)
        known = desk.staff.get((user.email or "").lower())
        if known is None:
            if user.role in STAFF or id_ in followers:
                remarks.append(f"follower {user.email or id_} is not staff here: left out")
        elif not desk.sees(known[0], team):
            remarks.append(f"follower {user.email} cannot see the team {team}: left out")
        else:
            found[known[0]] = None
    if len(found) > FOLLOWERS_MAX:
        remarks.append(f"{len(found) - FOLLOWERS_MAX} followers more than a ticket can have: left out")
    return list(found)[:FOLLOWERS_MAX]


def client_of(ticket: ExportedTicket, facts: Facts) -> str | None:
    user = user_of(ticket.requester_id, ticket.requester, facts)
    inside = ticket.organization.id if ticket.organization is not None else None
    id_ = ticket.organization_id or inside or user.organization_id
    return facts.clients.get(id_) if id_ is not None else None


def assignee_of(ticket: ExportedTicket, desk: Desk, facts: Facts, remarks: list[str]) -> str | None:
    if ticket.assignee_id is None and ticket.assignee is None:
        return None
    user = user_of(ticket.assignee_id, ticket.assignee, facts)
    known = desk.staff.get((user.email or "").lower())
    if known is None:
        remarks.append(f"assignee {user.email or ticket.assignee_id} is not staff here: left without an assignee")
        return None
    return known[0]
