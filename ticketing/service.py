"""Opens, reads and changes tickets. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`). Lists are in
`ticketing.lists`, replies and notes in `ticketing.correspondence`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from msgspec import UNSET

from identity.actor import SYSTEM, Actor
from refusals import Refused
from texts.card_numbers import masked
from texts.visible import as_line
from ticketing import contact, duplicates, rules
from ticketing.awaiting import Awaiting
from ticketing.begun import Begun
from ticketing.bulk import Bulk
from ticketing.errors import NotFound, Stale
from ticketing.events import Event, note
from ticketing.excerpting import Excerpting
from ticketing.fact_finding import FactFinding
from ticketing.indexing import Indexing
from ticketing.keeping import Changed, Keeping
from ticketing.letters import Letters
from ticketing.listing import reader_of, scope_of
from ticketing.lists import Lists
from ticketing.mailing import Mailing, NoLetters
from ticketing.ports import OWN, ChatLogs, Index, People, ReadMarks, Store, Teams, Tx
from ticketing.requests import without_cards
from ticketing.service_levels import ServiceLevels
from ticketing.size import SIZE_MAX, check_room
from ticketing.ticket import Change, Says, Ticket
from ticketing.training_port import NoTrainings, Trainings
from ticketing.viewing import Viewing
from ticketing.views import TicketView
from ticketing.wanted import Opening, Wanted


class Tickets:
    """The use cases of tickets. From `size_max` bytes on, a ticket accepts nothing more from customers.

    Without `letters`, changes cause no emails. Without `trainings`, no code attaches training.
    """

    def __init__(
        self,
        store: Store,
        read_marks: ReadMarks,
        index: Index,
        people: People,
        chat_logs: ChatLogs,
        teams: Teams,
        brand: Callable[[], str],
        awaiting: Awaiting,
        size_max: int = SIZE_MAX,
        letters: Letters | None = None,
        trainings: Trainings | None = None,
    ) -> None:
        self._store = store
        self._indexing = Indexing(index, store, chat_logs)
        self._trainings = trainings or NoTrainings()
        self.facts = self._facts = FactFinding(store, people, teams, brand, awaiting.zone, self._trainings)
        self._awaiting = awaiting
        self._viewing = Viewing(store, read_marks, people, chat_logs, awaiting)
        self.lists = Lists(store, people, self._viewing, Excerpting(store, chat_logs))
        self._people = people
        self._read_marks = read_marks
        self._chat_logs = chat_logs
        self._teams = teams
        self.mailing = Mailing(letters or NoLetters(), store)
        self.service_levels = ServiceLevels(store, people, awaiting)
        self._keeping = Keeping(
            store, self._indexing, people, teams, awaiting, self.mailing, self._trainings, self.service_levels
        )
        self.bulk = Bulk(store, self._facts, self._keeping, self.mailing)
        self._size_max = size_max

    # -- made ---------------------------------------------------------------------------

    def open(self, tx: Tx, opening: Opening) -> Ticket:
        """Open a ticket. Raises Refused: `invalid` for a faulty field, `conflict` if the chat has a ticket already."""
        if opening.chat is not None and (known := self._store.of_chat(tx, opening.chat)) is not None:
            raise Refused("conflict", f"This chat is already ticket #{known}.")
        facts = self._facts.of_opening(tx, opening)
        ticket, firsts = rules.opened(opening, facts)
        ticket = self.mailing.flagged(tx, None, ticket)
        (ticket,) = self.service_levels.followed(tx, [(None, ticket)], opening.at)
        ticket = replace(ticket, number=self._store.add(tx, ticket))
        self._store.record(tx, {ticket.number: firsts}, opening.by, opening.at)
        if opening.follow_up_of is not None:
            self._store.copy_confirmations(tx, opening.follow_up_of, ticket.number)
        self._awaiting.follow(tx, [(None, ticket)])
        if rules.handed_over(None, ticket):
            self._keeping.hand_over(tx, ticket, opening.at)
        if opening.training_request:
            self._trainings.request(tx, ticket.number, opening.by, opening.at)
        self._keeping.train(tx, None, ticket, opening.wanted.training, opening.by, opening.at)
        self._indexing.made(tx, ticket.number, opening.chat)
        return ticket

    def ended(self, tx: Tx, opening: Opening, about: int | None) -> Ticket:
        """Turn a chat that ended into a new ticket, or add it to ticket `about`.

        If `about` was closed for good during the chat, the chat goes to the follow-up of that ticket. A ticket has only
        one open follow-up. Raises Refused like `open` and, if an agent ended the chat, like `ticketing.rules.change`.
        """
        ticket = self._store.find(tx, about, lock=True) if about is not None else None
        if ticket is not None and ticket.closed_for_good(opening.at):
            present = self.follow_up(tx, ticket, opening.at)
            if present is None:
                opening = contact.following_up(opening, ticket)
            ticket = present
        after = self.open(tx, opening) if ticket is None else self._take_up(tx, ticket, opening)
        return self.mailing.follows(tx, ticket, after, opening.by, opening.at, origin=opening.origin)

    def client_of(self, tx: Tx, customer: str) -> str | None:
        account = self._people.account(tx, customer)
        return account.client if account is not None else None

    def follow_up(self, tx: Tx, ticket: Ticket, now: int) -> Ticket | None:
        """The follow-up of the ticket, locked. None if there is none, or if it is closed for good. The caller must lock
        `ticket` first, so that two transactions do not both open a follow-up."""
        present = self._store.follow_up_of(tx, ticket.number, now)
        return self._store.find(tx, present, lock=True) if present is not None else None

    def _take_up(self, tx: Tx, ticket: Ticket, ended: Opening) -> Ticket:
        """Add an ended chat to the ticket that it was about.

        The chat has the effect of a customer's message in two cases: its end sets no status, or it ended automatically
        and the requester has no address. Otherwise the end of the chat determines the change of the ticket.
        """
        if ended.wanted.status is UNSET or (ended.by.kind == "system" and ticket.requester.email is None):
            facts = self._facts.of_contact(tx, ticket, ended.assignee)
            after, changes = contact.came_in(ticket, None, ended.by, ended.at, facts)
        else:
            after, changes = self._as_ended(tx, ticket, ended)
        needs_code = (after.needs_code or ended.needs_code) and after.status == "open"
        service = rules.after_chat(after.service, ended)
        after = replace(
            after, chat=ticket.chat or ended.chat, needs_code=needs_code, updated_at=ended.at, service=service
        )
        changed = Changed(ticket, after, changes, ended.wanted.training)
        after = self.keep_all(tx, [changed], ended.by, ended.at)[0]
        assert ended.chat is not None
        self._indexing.chat_added(tx, ticket.number, ended.chat)
        self._note_on_survivor(tx, ticket, after, ended.at)
        return after

    def _as_ended(self, tx: Tx, ticket: Ticket, ended: Opening) -> tuple[Ticket, list[Change]]:
        """The change that the end of a chat makes to its ticket.

        If an agent ended the chat, a refusal is raised, and the agent can choose again. If the chat ended
        automatically, the refused fields are dropped.
        """
        wanted = contact.wanted_of(ended, ticket)
        while True:
            try:
                facts = self._facts.of_change(tx, ended.by, ticket, wanted)
                return rules.change(ticket, wanted, ended.by, ended.at, facts)
            except Refused as refused:
                less = contact.without(wanted, refused.fields or {})
                if ended.by.kind != "system" or less == wanted:
                    raise
                wanted = less

    def check_may_take_up(self, tx: Tx, actor: Actor, number: int, now: int) -> None:
        """Check that this customer may start a chat about the ticket.

        Raises NotFound if this customer does not take part in the ticket. Raises Refused: `conflict` if the ticket is
        closed for good, `too_large` if customers can add nothing more.
        """
        ticket = self._store.find(tx, number)
        if ticket is None or actor.kind != "customer" or not reader_of(actor).takes_part(ticket):
            raise NotFound
        if ticket.closed_for_good(now):
            raise Refused(
                "conflict", f"Ticket #{number} is closed for good. Start a chat without it, or reply to the ticket."
            )
        self.check_room(tx, number)

    def check_room(self, tx: Tx, number: int) -> None:
        """Check that a customer may add another message. Raises Refused(`too_large`) if the ticket is too large."""
        check_room(self._size(tx, number), self._size_max)

    def _size(self, tx: Tx, number: int) -> int:
        return self._store.size(tx, number) + self._chat_logs.size(tx, number)

    def rated(self, tx: Tx, number: int, score: int, comment: str | None, now: int) -> None:
        """Store the rating of a chat on its ticket, in place of an earlier rating. Raises NotFound if there is no such
        ticket."""
        ticket = self._store.find(tx, number, lock=True)
        if ticket is None:
            raise NotFound
        if (ticket.rating, ticket.rating_comment) != (score, comment):
            version = ticket.version + 1
            rated = replace(ticket, rating=score, rating_comment=comment, updated_at=now, version=version)
            self._store.save(tx, [(ticket, rated)])

    # -- read ---------------------------------------------------------------------------

    def get(self, tx: Tx, actor: Actor, number: int, now: int) -> TicketView:
        """The whole ticket.

        If the ticket no longer belongs to the browser that began it, this browser gets what it could read before.
        Raises NotFound if the ticket does not exist or the actor may not see it.
        """
        ticket = self._store.find(tx, number)
        if ticket is None:
            raise NotFound
        if scope_of(actor).holds(ticket):
            return self._viewing.whole(tx, ticket, actor, now)
        begun = self._store.begun(tx, number) if actor.kind == "customer" else None
        if begun is None or begun.browser not in actor.ids:
            raise NotFound
        return self._viewing.as_seen(tx, ticket, begun, now)

    def went_on(self, tx: Tx, begun: Begun) -> bool:
        """True if customers may read more of the ticket than the browser that began it may read."""
        return self._viewing.went_on(tx, begun)

    def properties(self, tx: Tx, actor: Actor, ticket: Ticket, now: int) -> TicketView:
        """The ticket without transcript and history."""
        (shown,) = self._viewing.listed(tx, [ticket], actor, now)
        return shown

    def shown(self, tx: Tx, actor: Actor, number: int, now: int) -> TicketView:
        """The ticket, for the person who has just opened it or written on it. Raises NotFound if there is no such
        ticket.

        If this person may no longer read the ticket, it comes without transcript and history.
        """
        ticket = self._store.find(tx, number)
        if ticket is None:
            raise NotFound
        scope = scope_of(actor)
        if scope.holds(ticket):
            return self._viewing.whole(tx, ticket, actor, now)
        return self.properties(tx, actor, ticket, now)

    def theirs(self, tx: Tx, actor: Actor, number: int, *, lock: bool = False) -> Ticket:
        """The ticket. Raises NotFound if it does not exist or the actor may not see it."""
        ticket = self._store.find(tx, number, lock=lock)
        if ticket is None or not scope_of(actor).holds(ticket):
            raise NotFound
        return ticket

    def issue_solved(self, tx: Tx, ticket: Ticket) -> bool | None:
        """True if the issue behind a duplicate is solved. None if the ticket is no duplicate."""
        return duplicates.issue_solved(self._store, tx, ticket)

    # -- changed ------------------------------------------------------------------------

    def patch(
        self,
        tx: Tx,
        actor: Actor,
        number: int,
        wanted: Wanted,
        if_match: Collection[int] | None,
        now: int,
        noted: str | None = None,
    ) -> TicketView:
        """Change properties, and add `noted` as a note for staff. Returns the whole ticket.

        `if_match`: the versions of the ticket that the caller accepts, None for any. Raises Stale if the ticket has
        another version, NotFound if the actor may not see it, Refused like `ticketing.rules.change`.
        """
        after = self.amend(tx, actor, number, wanted, if_match, now)
        if noted is not None:
            after = self.add_note(tx, actor, after, masked(noted), now)
        return self._viewing.whole(tx, after, actor, now)

    def amend(
        self, tx: Tx, actor: Actor, number: int, wanted: Wanted, if_match: Collection[int] | None, now: int
    ) -> Ticket:
        """Like `patch`, but returns the ticket without its transcript."""
        ticket = self.theirs(tx, actor, number, lock=True)
        if if_match is not None and ticket.version not in if_match:
            raise Stale(number, ticket.version)
        after = self.change(tx, actor, ticket, without_cards(wanted), now)
        return self.mailing.follows(tx, ticket, after, actor, now)

    def change(
        self, tx: Tx, actor: Actor, ticket: Ticket, wanted: Wanted, now: int, *, fields_needed: bool = True
    ) -> Ticket:
        """Change and store a locked ticket. Raises Refused like `ticketing.rules.change`. `fields_needed`: as in
        `ticketing.facts.Facts`."""
        return self.change_all(tx, actor, [ticket], wanted, now, fields_needed=fields_needed)[0]

    def change_all(
        self,
        tx: Tx,
        actor: Actor,
        tickets: Sequence[Ticket],
        wanted: Wanted,
        now: int,
        *,
        fields_needed: bool = True,
    ) -> Sequence[Ticket]:
        """Change and store locked tickets, all in the same way. Raises Refused like `ticketing.rules.change`, and then
        stores nothing."""
        changed = []
        for ticket in tickets:
            facts = replace(self._facts.of_change(tx, actor, ticket, wanted), fields_needed=fields_needed)
            after, changes = rules.change(ticket, wanted, actor, now, facts)
            if wanted.training is not UNSET and after == ticket:
                after = replace(after, updated_at=now, version=ticket.version + 1)
            changed.append(Changed(ticket, after, changes, wanted.training))
        return self.keep_all(tx, changed, actor, now)

    def add_note(self, tx: Tx, actor: Actor, ticket: Ticket, text: str, now: int) -> Ticket:
        """Write a note for staff on a locked ticket."""
        after = replace(ticket, updated_at=now)
        self.keep(tx, ticket, after, [], actor, now)
        self.append(tx, actor, after, note(actor, text, [], now), now, staff_only=True)
        return after

    def append(self, tx: Tx, actor: Actor, ticket: Ticket, event: Event, now: int, *, staff_only: bool) -> int:
        """Add the author's reply or note to the log of a locked ticket, and mark it as read by the author.

        Returns its `seq`.
        """
        seq = self._store.append(tx, ticket.number, event, now, staff_only=staff_only)
        self._indexing.written(tx, ticket.number, seq)
        self._read_marks.mark(tx, ticket.number, actor.customer, seq)
        return seq

    def came_in(self, tx: Tx, actor: Actor, ticket: Ticket, says: Says | None, now: int) -> Ticket:
        """Store the effect of a customer's message on a locked ticket. Raises Refused(`conflict`) if the ticket is
        closed for good."""
        after, changes = contact.came_in(ticket, says, actor, now, self._facts.of_contact(tx, ticket))
        after = self.keep(tx, ticket, after, changes, actor, now)
        self._note_on_survivor(tx, ticket, after, now)
        return after

    def wake(self, tx: Tx, numbers: Sequence[int], now: int) -> None:
        """End the snoozes of these tickets that are over."""
        found = self._store.find_all(tx, numbers, lock=True).values()
        over = [each for each in found if each.snoozed_until is not None and each.snoozed_until <= now]
        woken = [(each, contact.woken(each, now, self._facts.of_contact(tx, each))) for each in over]
        self.keep_all(tx, [Changed(before, after, changes) for before, (after, changes) in woken], SYSTEM, now)

    def _note_on_survivor(self, tx: Tx, duplicate: Ticket, after: Ticket, now: int) -> None:
        """Write a note on the surviving ticket, so that its assignee learns of a message on a duplicate."""
        survivor = self._store.find(tx, duplicate.duplicate_of, lock=True) if duplicate.duplicate_of else None
        if survivor is None:
            return
        self.keep(tx, survivor, replace(survivor, updated_at=now), [], SYSTEM, now)
        event = note(SYSTEM, contact.note_for_survivor(after), [], now)
        self._indexing.written(
            tx, survivor.number, self._store.append(tx, survivor.number, event, now, staff_only=True)
        )

    def keep(self, tx: Tx, before: Ticket, after: Ticket, changes: Sequence[Change], by: Actor, now: int) -> Ticket:
        """Store a changed ticket and its history, with all effects of `Keeping.keep`. Returns the stored ticket."""
        return self.keep_all(tx, [Changed(before, after, changes)], by, now)[0]

    def keep_all(self, tx: Tx, tickets: Sequence[Changed], by: Actor, now: int) -> Sequence[Ticket]:
        """Like `keep`, for many tickets with few queries."""
        return self._keeping.keep(tx, tickets, by, now)

    def text_removed(self, tx: Tx, number: int, stream: str, seq: int, line: str, now: int) -> None:
        """Remove a redacted text of this ticket from the search index. `line` is the first line of the text.

        If the subject of the ticket was taken from this text, the subject is removed too.
        """
        before = self._store.find(tx, number, lock=True)
        if before is None:
            return
        called = {line, as_line(line)}
        ticket = before
        if line and ticket.subject in called:
            ticket = replace(ticket, subject=None, updated_at=now)
        if stream != OWN or ticket != before:
            # Followers get events of the ticket's own log only. From a new version they learn of a chat's redaction.
            ticket = replace(ticket, version=before.version + 1)
            self._store.save(tx, [(before, ticket)])
        for each in called if line else ():
            self._store.forget_line(tx, number, each)
        self._indexing.text_removed(tx, ticket, stream, seq)
