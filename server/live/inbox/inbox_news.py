"""Puts entries into inboxes, in the transactions that cause them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from msgspec import UNSET

from chat.frames.ephemeral import InboxChanged
from identity.actor import Actor
from identity.adapters.people import People
from inbox.entry import Kind, NewEntry
from inbox.service import Inbox
from server.live.ports import Telling
from storage.ports import Tx
from ticketing.events import Event, Note, Reply
from ticketing.follower_ports import FollowerStore
from ticketing.listing import scope_of
from ticketing.mentions import check_mentions
from ticketing.ports import Store
from ticketing.ticket import Change, Ticket

TEAM_MAX = 50
"""At most this many people of a team learn that an unassigned ticket is back, or what a rule tells its supervisors."""


Told = Literal["assignee", "followers", "supervisors"]
"""People whom a rule tells, by what they have to do with the ticket."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A chat that is no ticket yet."""

    chat: str
    team: str


class InboxNews:
    """Implements `server.live.webhooks.told_store.Noticed`."""

    def __init__(
        self, inbox: Inbox[Tx], followers: FollowerStore, store: Store, people: People, telling: Callable[[], Telling]
    ) -> None:
        self._inbox = inbox
        self._followers = followers
        self._store = store
        self._people = people
        self._telling = telling

    # -- tickets ----------------------------------------------------------------------------

    def ticket_event(self, tx: Tx, number: int, event: Event, seq: int, at: int) -> None:
        if not isinstance(event, Reply | Note):
            return
        author = event.from_.id if event.from_.kind == "staff" else None
        mentioned = list(event.mentions) if isinstance(event, Note) and event.mentions is not UNSET else []
        entries = [
            NewEntry(person=one, kind="mention", ticket=number, seq=seq, author=author)
            for one in mentioned
            if one != author
        ]
        kind: Kind = "note" if isinstance(event, Note) else "reply"
        following = self._followers.followers_of(tx, [number]).get(number, ())
        if following:
            ticket = self._store.find(tx, number)
            entries += [
                NewEntry(person=one, kind=kind, ticket=number, seq=seq, author=author)
                for one in self._readers(tx, ticket, following, besides=(*mentioned, author))
            ]
        self._tell(tx, entries, at)

    def recorded(self, tx: Tx, changes: Mapping[int, Sequence[Change]], by: Actor, at: int) -> None:
        moved = {number: to for number, lines in changes.items() if (to := _new_status(lines)) is not None}
        back = [number for number, lines in changes.items() if number not in moved and _is_back(lines, by, at)]
        following = self._followers.followers_of(tx, [*moved]) if moved else {}
        if not following and not back:
            return
        tickets = self._store.find_all(tx, [*following, *back])
        author = by.id if by.kind == "staff" else None
        entries = [
            NewEntry(person=one, kind="status", ticket=number, author=author, status=moved[number])
            for number, people in following.items()
            for one in self._readers(tx, tickets.get(number), people, besides=(author,))
        ]
        entries += [
            NewEntry(person=one, kind="returned", ticket=number)
            for number in back
            for one in self._in_charge(tx, tickets.get(number))
        ]
        self._tell(tx, entries, at)

    def _readers(
        self, tx: Tx, ticket: Ticket | None, people: Sequence[str], besides: Collection[str | None]
    ) -> Sequence[str]:
        """Those of `people` who may see the ticket, without `besides`."""
        wanted = [one for one in people if one not in besides]
        if ticket is None or not wanted:
            return []
        found = self._people.staff_by_id(tx, wanted)
        return [one for one in wanted if one in found and scope_of(found[one]).holds(ticket)]

    def _in_charge(self, tx: Tx, ticket: Ticket | None) -> Sequence[str]:
        """The assignee, or if there is none the agents of the team."""
        if ticket is None:
            return []
        if ticket.assignee is not None:
            return [ticket.assignee]
        staff = self._people.staff_of(tx, ticket.team)
        return [person.id for person in staff if person.role == "agent"][:TEAM_MAX]

    # -- chats ------------------------------------------------------------------------------

    def noted_in_chat(
        self, tx: Tx, chat: str, team: str, seq: int, by: Actor, mentioned: Sequence[str], at: int
    ) -> None:
        """A note with mentions was written in a chat. Raises Refused(`invalid`) if somebody may not see the chat."""
        known = self._people.staff_by_id(tx, mentioned)
        found = {id_: known.get(id_) for id_ in mentioned}
        check_mentions(found, team, partial(self._people.names, tx), "chat")
        entries = [
            NewEntry(person=one, kind="mention", chat=chat, seq=seq, author=by.id) for one in found if one != by.id
        ]
        self._tell(tx, entries, at)

    # -- rules ------------------------------------------------------------------------------

    def from_rule(
        self,
        tx: Tx,
        rule: str,
        place: Ticket | Talk,
        wanted: Collection[Told],
        people: Collection[str],
        at: int,
    ) -> None:
        """A rule points people to a ticket or chat: `people`, and those that `wanted` names. Those who may not see it
        get no entry. `rule` is the id of the rule as an author."""
        ticket = place if isinstance(place, Ticket) else None
        found = list(people)
        if ticket is not None and "assignee" in wanted and ticket.assignee is not None:
            found.append(ticket.assignee)
        if ticket is not None and "followers" in wanted:
            found += self._followers.followers_of(tx, [ticket.number]).get(ticket.number, ())
        if "supervisors" in wanted:
            staff = (one for one in self._people.all_staff(tx) if one.role == "supervisor" and one.sees(place.team))
            # Supervisors of all teams last.
            found += [one.id for one in sorted(staff, key=lambda one: place.team not in one.teams)][:TEAM_MAX]
        chat = place.chat if isinstance(place, Talk) else None
        number = ticket.number if ticket is not None else None
        entries = [
            NewEntry(person=one, kind="rule", ticket=number, chat=chat, author=rule)
            for one in self._seers(tx, place, list(dict.fromkeys(found)))
        ]
        self._tell(tx, entries, at)

    def _seers(self, tx: Tx, place: Ticket | Talk, people: Sequence[str]) -> Sequence[str]:
        if isinstance(place, Ticket):
            return self._readers(tx, place, people, besides=())
        known = self._people.staff_by_id(tx, people)
        return [one for one in people if one in known and known[one].sees(place.team)]

    # -- people -----------------------------------------------------------------------------

    def _tell(self, tx: Tx, entries: Sequence[NewEntry], at: int) -> None:
        self._inbox.tell(tx, entries, at)
        for person in dict.fromkeys(entry.person for entry in entries):
            self.changed(tx, person)

    def changed(self, tx: Tx, person: str) -> None:
        """Tell the person's windows, after the commit, that their inbox has changed."""
        tx.after_commit(lambda: self._telling().to_person(person, InboxChanged()))


def _new_status(lines: Sequence[Change]) -> str | None:
    """The new status. None if it did not change, or if the ticket is new."""
    return next((str(line.became) for line in lines if line.field == "status" and line.was is not None), None)


def _is_back(lines: Sequence[Change], by: Actor, at: int) -> bool:
    """True if the time of a snooze is over. A snooze also ends if the ticket gets another assignee or team."""
    return by.kind == "system" and any(
        line.field == "snoozed_until" and line.became is None and isinstance(line.was, int) and line.was <= at
        for line in lines
    )
