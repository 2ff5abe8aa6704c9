"""Requests, replies and notes on tickets. Each method is the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`). A repeated request with
the same `key` changes nothing, however late it comes. It returns the ticket that resulted from the first request, as
the ticket is now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from msgspec import UNSET, structs

from clock import rfc3339
from identity.actor import SYSTEM, Actor
from refusals import Refused
from texts.addresses import normal_email
from texts.visible import fault_of_line
from ticketing import contact
from ticketing.errors import NotFound, invalid
from ticketing.events import (
    REDACT_OWN_MS,
    FileView,
    Note,
    Redacted,
    Reply,
    StoredEvent,
    author,
    check_text,
    event_of,
    first_line,
    is_text,
    note,
    on_the_wire,
    reply,
    subject_of,
)
from ticketing.listing import reader_of
from ticketing.mentions import check_mentions
from ticketing.ports import OWN, Account, Files, People, Store, Teams, Tx
from ticketing.requests import (
    NewRedaction,
    NewReply,
    NewTicket,
    RequesterWanted,
    check_reply,
    check_request,
    without_cards,
)
from ticketing.service import Tickets
from ticketing.ticket import Requester, Says, Ticket, address_of
from ticketing.wanted import Opening, Wanted

SINCE_MAX = 50
"""Maximum number of events in the refusal of an outdated reply, and of events that one query reads for it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The number of the ticket that resulted from a request. `made`: the ticket is new (201 over HTTP).

    The ticket itself is read after the transaction (`Tickets.shown`), so that messages do not wait for this read.
    """

    number: int
    made: bool


class Correspondence:
    def __init__(self, tickets: Tickets, store: Store, people: People, files: Files, teams: Teams) -> None:
        self._tickets = tickets
        self._store = store
        self._people = people
        self._files = files
        self._teams = teams

    def repeated(self, tx: Tx, actor: Actor, path: str, key: str | None) -> Outcome | None:
        """The result of this person's first request with `key`. None if there was none."""
        known = self._store.repeated(tx, actor.id, path, key) if key is not None else None
        if known is None:
            return None
        number, status = known
        return Outcome(number, status == 201)

    # -- requests ---------------------------------------------------------------------------

    def create(
        self,
        tx: Tx,
        actor: Actor,
        request: NewTicket,
        path: str,
        key: str | None,
        now: int,
        origin: str | None = None,
    ) -> Outcome:
        """Open a ticket: customers for themselves, staff for somebody else.

        `origin` is described in `ticketing.letters`. Raises Refused: `unauthorized` if the team needs a verified
        customer, `too_large` if the text is too long, `invalid` if any other field is at fault.
        """
        if (before := self.repeated(tx, actor, path, key)) is not None:
            return before
        check_request(request, actor)
        check_text(request.text, request.files)
        request = without_cards(request)
        if actor.kind == "customer":
            self._check_identity(actor, request.team)
            actor = self._known_customer(tx, actor, request.name, request.email)
            self._people.keep_visitor(tx, actor, now)
            opening = self._own(actor, request, "form", actor.customer, now)
        else:
            opening = self._for_somebody(tx, actor, request, now)
        ticket = self._tickets.open(tx, opening)
        seq = self._write(tx, ticket, actor, request.text, request.files, None, now)
        self._tickets.mailing.follows(tx, None, ticket, actor, now, seq=seq, origin=origin)
        return self._done(tx, actor, ticket.number, path, key, now, made=True)

    def _check_identity(self, actor: Actor, key: str) -> None:
        team = self._teams().get(key)
        if team is not None and team.identity == "required" and not actor.identified:
            raise Refused("unauthorized", f"{team.name} only chats with verified customers.")

    def mailed_request(self, tx: Tx, actor: Actor, request: NewTicket, now: int) -> tuple[int, int]:
        """Open a ticket that a customer asked for by mail. Returns its number, and the `seq` of the text.

        A customer without an account is known by the address alone. Raises Refused like `create`.
        """
        check_request(request, actor)
        check_text(request.text, request.files)
        request = without_cards(request)
        self._check_identity(actor, request.team)
        ticket = self._tickets.open(tx, self._own(actor, request, "email", actor.account, now))
        seq = self._write(tx, ticket, actor, request.text, request.files, None, now)
        origin = None if actor.email is None else "@" + normal_email(actor.email).rpartition("@")[2]
        self._tickets.mailing.follows(tx, None, ticket, actor, now, seq=seq, origin=origin)
        return ticket.number, seq

    def _own(self, actor: Actor, request: NewTicket, channel: str, customer: str | None, now: int) -> Opening:
        return Opening(
            channel=channel,
            team=request.team,
            product=request.product,
            training_request=request.training_request,
            subject=_plain("subject", request.subject) or subject_of(request.text),
            requester=Requester(customer, actor.name, actor.email, actor.verified),
            wanted=Wanted(custom_fields=request.custom_fields or UNSET),
            client=actor.client,
            by=actor,
            at=now,
            created_at=now,
        )

    def _for_somebody(self, tx: Tx, actor: Actor, request: NewTicket, now: int) -> Opening:
        requester, client = self._somebody(tx, request.requester)
        if request.client is not None:
            client = self._people.client_id(tx, request.client)
            if client is None:
                raise invalid({"client": f"There is no client {request.client[:80]!r}. An admin adds clients."})
        return Opening(
            channel="staff",
            training_request=request.training_request,
            team=request.team,
            product=request.product,
            subject=_plain("subject", request.subject) or subject_of(request.text),
            requester=requester,
            client=client,
            invited=request.participants or (),
            assignee=request.assignee,
            wanted=request.wanted,
            by=actor,
            at=now,
            created_at=now,
        )

    def _somebody(self, tx: Tx, wanted: RequesterWanted | None) -> tuple[Requester, str | None]:
        """The requester of a ticket that staff open, and the client of this requester."""
        if wanted is None:
            raise invalid({"requester": "Name the customer: an `id`, or a `name` and an `email`."})
        name, email = _plain("requester", wanted.name), _address("requester", wanted.email)
        account: Account | None = None
        if wanted.id is not None:
            account = self._people.account(tx, wanted.id)
            visitor = self._people.visitor(tx, wanted.id) if account is None else None
            if visitor is not None:
                return Requester(wanted.id, name or visitor.name, email or visitor.email), None
            if account is None:
                raise invalid({"requester": f"There is no customer {wanted.id!r}."})
        elif email is not None:
            account = self._people.account_by_email(tx, email)
        if account is not None:
            proven = account.verified
            return Requester(account.id, account.name or name, account.email or email, proven), account.client
        return Requester(None, name, email), None

    # -- replies ----------------------------------------------------------------------------

    def reply(
        self,
        tx: Tx,
        actor: Actor,
        number: int,
        said: NewReply,
        path: str,
        key: str | None,
        now: int,
        wanted: Wanted | None = None,
    ) -> Outcome:
        """Write on a ticket. Staff may change the ticket in the same step: as `said` says, or by `wanted` in its place.

        A public reply on a ticket that is closed for good goes to its follow-up, which is opened if there is none.
        Raises NotFound if the actor may not see the ticket. Raises Refused: `forbidden` if a customer does not take
        part in the ticket, `conflict` if others have written since `said.seen` or if a staff change is no longer
        possible, `too_large` if the text or the ticket is too large, `invalid` if any other field is at fault.
        """
        if (before := self.repeated(tx, actor, path, key)) is not None:
            return before
        ticket = self._tickets.theirs(tx, actor, number, lock=True)
        check_reply(said, actor)
        check_text(said.text, said.files)
        said = without_cards(said)
        if actor.kind == "customer":
            if not reader_of(actor).takes_part(ticket):
                raise Refused("forbidden", "Only participants can write on a ticket.")
            actor = self._known_customer(tx, actor, None, None)
            self._people.keep_visitor(tx, actor, now)
        if said.seen is not None and not said.anyway:
            self._check_seen(tx, actor, number, said.seen)
        channel = "form" if actor.kind == "customer" else "staff"
        made = False
        if ticket.closed_for_good(now) and said.public:
            ticket, made = self._follow_up(tx, actor, ticket, said, channel, now)
        seq: int | None
        if actor.kind == "customer":
            after, seq = self._from_customer(tx, actor, ticket, said, now)
        else:
            after, seq = self._from_staff(tx, actor, ticket, said, wanted, now)
        self._tickets.mailing.follows(tx, None if made else ticket, after, actor, now, seq=seq)
        return self._done(tx, actor, after.number, path, key, now, made=made)

    def mailed_reply(self, tx: Tx, actor: Actor, number: int, said: NewReply, now: int) -> tuple[int, int]:
        """Write a customer's email on a ticket, with the same effects as a reply on the customer's page.

        The caller must have checked that this customer may write. Returns the number of the ticket, or of its
        follow-up, and the `seq` of the text. Raises NotFound if there is no such ticket. Raises Refused: `too_large` if
        the text or the ticket is too large, `invalid` if a field is at fault.
        """
        ticket = self._store.find(tx, number, lock=True)
        if ticket is None:
            raise NotFound
        check_reply(said, actor)
        check_text(said.text, said.files)
        said = without_cards(said)
        made = False
        if ticket.closed_for_good(now):
            ticket, made = self._follow_up(tx, actor, ticket, said, "email", now)
        after, seq = self._from_customer(tx, actor, ticket, said, now)
        self._tickets.mailing.follows(tx, None if made else ticket, after, actor, now, seq=seq)
        return after.number, seq

    def _from_customer(self, tx: Tx, actor: Actor, ticket: Ticket, said: NewReply, now: int) -> tuple[Ticket, int]:
        """The ticket after the reply, and the reply's `seq`."""
        self._tickets.check_room(tx, ticket.number)
        after = self._tickets.came_in(tx, actor, ticket, said.says, now)
        return after, self._write(tx, after, actor, said.text, said.files, said.says, now)

    def _check_seen(self, tx: Tx, actor: Actor, number: int, seen: int) -> None:
        """Check that nobody else has written on the ticket after event `seen`.

        If somebody has, raises Refused(`conflict`) with the first replies and notes of the others.
        """
        others: list[StoredEvent] = []
        upto, more = seen, True
        while more and not others:
            stored = self._store.events_from(tx, number, upto + 1, SINCE_MAX)
            others = [one for one in stored if is_text(one) and event_of(one).from_.id not in actor.ids]
            more = len(stored) == SINCE_MAX
            upto = stored[-1].seq if stored else upto
        if others:
            name = event_of(others[-1]).from_.name or "The customer"
            raise Refused(
                "conflict",
                f"{name} wrote on this ticket meanwhile. Read it, then send yours anyway or change it.",
                since=on_the_wire(number, others, for_staff=True),
            )

    def _from_staff(
        self, tx: Tx, actor: Actor, ticket: Ticket, said: NewReply, wanted: Wanted | None, now: int
    ) -> tuple[Ticket, int | None]:
        """The ticket after the reply or note, and the `seq` of a reply; None for a note."""
        wanted = said.wanted if wanted is None else without_cards(wanted)
        if said.take and ticket.assignee is None:
            wanted = structs.replace(wanted, assignee=actor.id)
        after = ticket if wanted == Wanted() else self._tickets.change(tx, actor, ticket, wanted, now)
        if said.public:
            answered = self._tickets.keep(tx, after, contact.answered(after, now), [], actor, now)
            return answered, self._write(tx, answered, actor, said.text, said.files, None, now)
        noted = replace(after, updated_at=now)
        mentioned = {id_: self._people.staff(tx, id_) for id_ in said.mentions}
        check_mentions(mentioned, noted.team, partial(self._people.names, tx))
        self._tickets.keep(tx, after, noted, [], actor, now)
        files = self._claim(tx, actor, noted, said.files, now, staff_only=True)
        self._tickets.append(tx, actor, noted, note(actor, said.text, files, now, said.mentions), now, staff_only=True)
        return noted, None

    def _follow_up(
        self, tx: Tx, actor: Actor, ticket: Ticket, said: NewReply, channel: str, now: int
    ) -> tuple[Ticket, bool]:
        """The follow-up of a ticket, and whether it is new: there was none that is open or can be reopened."""
        present = self._tickets.follow_up(tx, ticket, now)
        if present is not None:
            return present, False
        subject = first_line(said.text) or ""
        return self._tickets.open(tx, contact.follow_up(ticket, subject, channel, actor, now, self._teams())), True

    # -- taken away again -----------------------------------------------------------------------

    def redact(self, tx: Tx, actor: Actor, number: int, wanted: NewRedaction, now: int) -> None:
        """Remove a text for good. Supervisors may do this, and for REDACT_OWN_MS also the author of the text.

        Raises NotFound if the actor may not see the ticket or the text. Raises Refused: `forbidden` if the actor may
        not remove the text, `conflict` if there is no text to remove, `invalid` or `too_large` for a faulty reason.
        """
        self._tickets.theirs(tx, actor, number, lock=True)
        for_staff = actor.kind != "customer"
        (stored,) = self._store.events_from(tx, number, wanted.of, 1) or (None,)
        if stored is None or stored.seq != wanted.of or (stored.staff_only and not for_staff):
            raise NotFound
        event = event_of(stored)
        if not isinstance(event, Reply | Note) or event.text is None:
            raise Refused("conflict", "There is no text here to remove.")
        own = event.from_.id in ((actor.id,) if for_staff else actor.ids)
        if actor.role != "supervisor" and not (own and now - stored.at <= REDACT_OWN_MS):
            raise Refused("forbidden", "Only a supervisor can remove this, or its author within 5 minutes.")
        check_text(wanted.reason)
        self._files.remove(tx, [file.id for file in event.files])
        self._store.rewrite(tx, number, stored.seq, structs.replace(event, text=None, files=[], redacted=True))
        self._tickets.mailing.text_removed(tx, number, stored.seq)
        redacted = Redacted(rfc3339(now), author(actor if own else SYSTEM), stored.seq)
        self._store.append(tx, number, redacted, now, staff_only=stored.staff_only)
        detail = {"of": stored.seq, "reason": wanted.reason.strip()}
        self._people.record(tx, actor, "message.redact", "ticket", str(number), detail, now)
        self._tickets.text_removed(tx, number, OWN, stored.seq, first_line(event.text) or "", now)

    # -- shared -----------------------------------------------------------------------------

    def _known_customer(self, tx: Tx, actor: Actor, name: str | None, email: str | None) -> Actor:
        """The customer with the name and address of this request, or else of an earlier one. Proven ones do not
        change."""
        name, email = _plain("name", name), _address("email", email)
        if actor.verified:
            return actor
        visitor = self._people.visitor(tx, actor.id)
        return replace(
            actor,
            name=name or actor.name or (visitor.name if visitor else None),
            email=email or actor.email or (visitor.email if visitor else None),
        )

    def _write(
        self,
        tx: Tx,
        ticket: Ticket,
        actor: Actor,
        text: str,
        files: Sequence[str],
        says: Says | None,
        now: int,
    ) -> int:
        """Store a public reply. Returns its `seq`."""
        claimed = self._claim(tx, actor, ticket, files, now, staff_only=False)
        return self._tickets.append(tx, actor, ticket, reply(actor, text, claimed, says, now), now, staff_only=False)

    def _claim(
        self, tx: Tx, actor: Actor, ticket: Ticket, files: Sequence[str], now: int, *, staff_only: bool
    ) -> Sequence[FileView]:
        return self._files.claim(tx, files, actor, ticket.number, staff_only=staff_only, now=now) if files else []

    def _done(self, tx: Tx, actor: Actor, number: int, path: str, key: str | None, now: int, *, made: bool) -> Outcome:
        if key is not None:
            self._store.remember(tx, actor.id, path, key, number, 201 if made else 200, now)
        return Outcome(number, made)


def _address(field: str, text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    address = address_of(text)
    if address is None:
        raise invalid({field: f"{text[:80]!r} is not an email address. Write it like name@company.example."})
    return address


def _plain(field: str, text: str | None) -> str | None:
    line = (text or "").strip()
    if fault := fault_of_line(line):
        raise invalid({field: fault})
    return line or None
