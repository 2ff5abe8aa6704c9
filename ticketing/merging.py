"""Merges a ticket into another one, and undoes it. Each method is (part of) the body of one transaction.

The merged ticket is solved as a duplicate of its target. Its people join the target if both tickets are of one client
or of one requester, and their mails then go there (`server.live.mail.mail_decisions`).
"""

from __future__ import annotations

from dataclasses import replace

from msgspec import UNSET, Struct, convert, json

from clock import rfc3339
from identity.actor import RULE, Actor
from refusals import Refused
from ticketing.errors import NotFound, invalid
from ticketing.events import Author, Reply, event_of
from ticketing.listing import scope_of
from ticketing.merge_ports import Merge
from ticketing.ports import Store, Tx
from ticketing.rules import check_not_closed_for_good
from ticketing.service import Tickets
from ticketing.targets import Service
from ticketing.ticket import Participant, Ticket
from ticketing.wanted import ParticipantWanted, Wanted

UNDO_MS = 86_400_000
_KEPT = {
    "status": "status",
    "resolution": "resolution",
    "with": "with_",
    "workaround": "workaround",
    "finding": "finding",
}
"""The properties that come back with an undone merge: fields of a change, and the names of their values."""
_SERVICE = "service"
"""Of what is kept, the service level targets as JSON."""
_WAITING = "waiting_since"
"""Of what is kept, the start of the requester's wait as JSON. Merges of earlier versions do not have it."""
_LAST = "last_seq"
"""Of what is kept, the last `seq` of the ticket's log as JSON. Merges of earlier versions do not have it."""


class MergeView(Struct, frozen=True, kw_only=True):
    """Where a ticket went. `undo_until` is null if the merge can no longer be undone. `moved`: the number of people who
    joined the target."""

    into: int
    at: str
    undo_until: str | None
    moved: int


class Merging:
    def __init__(self, tickets: Tickets, store: Store) -> None:
        self._tickets = tickets
        self._store = store

    def of(self, tx: Tx, actor: Actor, number: int, now: int) -> MergeView | None:
        """The merge of this ticket. Raises NotFound."""
        self._tickets.theirs(tx, actor, number)
        merge = self._store.merge_of(tx, number)
        return _view(merge, now) if merge is not None else None

    def merge(self, tx: Tx, actor: Actor, number: int, into: int, now: int) -> MergeView:
        """Merge a ticket into `into`. Raises NotFound; Refused: `conflict` for a ticket that is solved or closed for
        good, `invalid` with the field `into` for a target that does not fit."""
        source, target = self._both(tx, actor, number, into)
        check_not_closed_for_good(source, now)
        if source.status == "solved":
            raise Refused("conflict", f"Ticket #{number} is solved already. Reopen it before you merge it.")
        people = _moving(source, target, now)
        before = {name: getattr(source, field) for name, field in _KEPT.items()}
        before[_SERVICE] = json.encode(source.service).decode()
        before[_WAITING] = json.encode(source.waiting_since).decode()
        before[_LAST] = json.encode(self._store.ends(tx, number)[0]).decode()
        finding = f"See ticket #{into}." if source.status == "fixed_pending_rca" else UNSET
        wanted = Wanted(status="solved", resolution="duplicate", duplicate_of=into, finding=finding)
        after = self._tickets.change(tx, actor, source, wanted, now)
        self._tickets.mailing.follows(tx, source, after, actor, now)
        if people:
            everybody = (*target.participants, *people)
            joined: list[ParticipantWanted | str] = [ParticipantWanted(one.email, one.name) for one in everybody]
            target = self._tickets.change(tx, actor, target, Wanted(participants=joined), now)
        # Without the subject: an erasure or a redaction of the source could not find it here.
        self._tickets.add_note(tx, actor, target, f"Ticket #{number} was merged into this one.", now)
        self._tickets.add_note(tx, actor, after, f"Merged into ticket #{into}.", now)
        merge = Merge(number, into, now, actor.id, before, tuple(one.email for one in people))
        self._store.keep_merge(tx, merge)
        return _view(merge, now)

    def undo(self, tx: Tx, actor: Actor, number: int, now: int) -> None:
        """Undo a merge: the ticket has its status again, and those who joined the target leave it, if no other merge
        brings them there. Raises NotFound; Refused(`conflict`) after a day, or if the ticket was changed since."""
        merge = self._store.merge_of(tx, number)
        if merge is None:
            self._tickets.theirs(tx, actor, number)
            raise Refused("conflict", f"Ticket #{number} is not merged into another one.")
        source, target = self._both(tx, actor, number, merge.target)
        if now > merge.at + UNDO_MS:
            raise Refused("conflict", "A merge can be undone for 24 hours. Reopen the ticket instead.")
        if source.status != "solved" or source.duplicate_of != merge.target:
            raise Refused("conflict", f"Ticket #{number} was changed since. Reopen it instead.")
        wanted = convert({name: merge.before[name] for name in _KEPT}, Wanted)
        after = self._tickets.change(tx, actor, source, wanted, now)
        waits = _waiting_again(after, merge, self._answered_since(tx, merge))
        after = self._tickets.keep(tx, after, waits, [], actor, now)
        self._tickets.mailing.follows(tx, source, after, actor, now)
        leave = self._leaving(tx, merge, target)
        stay = [one for one in target.participants if one.email not in leave]
        if len(stay) != len(target.participants):
            kept: list[ParticipantWanted | str] = [ParticipantWanted(one.email, one.name) for one in stay]
            target = self._tickets.change(tx, actor, target, Wanted(participants=kept), now)
        self._tickets.add_note(tx, actor, target, f"The merge of ticket #{number} was undone.", now)
        self._tickets.add_note(tx, actor, after, f"The merge into ticket #{merge.target} was undone.", now)
        self._store.forget_merge(tx, number)

    def _answered_since(self, tx: Tx, merge: Merge) -> int | None:
        """When staff last replied on the merged ticket. What a rule sends answers nobody."""
        last = json.decode(merge.before.get(_LAST) or "null", type=int | None)
        events = self._store.events(tx, merge.source)
        # By their places: the clock may have been set back since.
        later = [one for one in events if (one.at > merge.at if last is None else one.seq > last)]
        replies = [(one.at, made) for one in later if isinstance(made := event_of(one), Reply)]
        ours = [at for at, made in replies if made.from_.kind == "staff" and not _is_rule(made.from_)]
        return ours[-1] if ours else None

    def _leaving(self, tx: Tx, merge: Merge, target: Ticket) -> set[str]:
        """The addresses that leave the target. Those whom another merge brings there stay until that one is undone."""
        leave = set(merge.moved)
        others = self._store.duplicates(tx, [merge.target]).get(merge.target, []) if leave else []
        for other in self._store.find_all(tx, [number for number in others if number != merge.source]).values():
            needed = leave & {one.email for one in _joining(other, target)}
            stands = self._store.merge_of(tx, other.number) if needed else None
            if stands is not None and stands.target == merge.target:
                leave -= needed
                self._store.keep_merge(tx, replace(stands, moved=(*stands.moved, *sorted(needed))))
        return leave

    def _both(self, tx: Tx, actor: Actor, number: int, into: int) -> tuple[Ticket, Ticket]:
        """Both tickets, locked in the order of their numbers. Raises NotFound, Refused(`invalid`)."""
        found = self._store.find_all(tx, sorted({number, into}), lock=True)
        scope = scope_of(actor)
        source, target = found.get(number), found.get(into)
        if source is None or not scope.holds(source):
            raise NotFound
        if number == into:
            raise invalid({"into": "A ticket can't be merged into itself."})
        if target is None or not scope.holds(target):
            raise invalid({"into": f"Ticket #{into} doesn't exist, or you can't see it."})
        return source, target


def _waiting_again(ticket: Ticket, merge: Merge, answered_at: int | None) -> Ticket:
    """The ticket with the wait and the question that the merge ended. If staff answered since, nothing is asked now,
    and the wait on an open ticket starts with the answer, as after any other."""
    if answered_at is not None:
        return replace(ticket, waiting_since=answered_at) if ticket.status == "open" else ticket
    since = json.decode(merge.before.get(_WAITING) or "null", type=int | None)
    ticket = ticket if since is None else replace(ticket, waiting_since=since)
    kept = json.decode(merge.before.get(_SERVICE) or "{}", type=Service)
    return ticket if kept.asked_at is None else replace(ticket, service=kept)


def _is_rule(author: Author) -> bool:
    return (author.id or "").startswith(RULE)


def _moving(source: Ticket, target: Ticket, now: int) -> list[Participant]:
    """Those who are new on the target. Raises Refused(`invalid`) if the target does not fit."""
    if target.duplicate_of is not None:
        raise invalid(
            {"into": f"Ticket #{target.number} is itself a duplicate of #{target.duplicate_of}. Merge there."}
        )
    if target.closed_for_good(now):
        raise invalid({"into": f"Ticket #{target.number} is closed for good. Choose another one."})
    if source.client is not None and target.client is not None and source.client != target.client:
        raise invalid({"into": f"Ticket #{target.number} is of another client. Tickets are merged within one client."})
    known = {one.email for one in target.participants} | {(target.requester.email or "").lower()}
    return [one for one in _joining(source, target) if one.email not in known]


def _joining(source: Ticket, target: Ticket) -> list[Participant]:
    """Those of the source who take part in the target while it is merged there."""
    asked = source.requester
    same = (asked.id is not None and asked.id == target.requester.id) or (
        asked.email is not None and asked.email == target.requester.email
    )
    if not same and (source.client is None or source.client != target.client):
        return []
    theirs = [Participant(asked.email.lower(), asked.name)] if asked.email is not None else []
    return [*theirs, *source.participants]


def _view(merge: Merge, now: int) -> MergeView:
    until = merge.at + UNDO_MS
    return MergeView(
        into=merge.target,
        at=rfc3339(merge.at),
        undo_until=rfc3339(until) if now <= until else None,
        moved=len(merge.moved),
    )
