"""Queues the letters that follow from a change of a ticket. Each method is part of a transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from identity.actor import Actor
from ticketing.duplicates import duplicates_of, is_issue_solved, issue_solved
from ticketing.letters import Letters
from ticketing.notices import ToAssignee, ToRequester, to_assignee, to_requester
from ticketing.ports import Store, Tx
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Settled


class NoLetters:
    """Implements `ticketing.letters.Letters` for a program that sends none, such as an export."""

    def queue(
        self,
        tx: Tx,
        kind: ToRequester,
        ticket: Ticket,
        now: int,
        *,
        seq: int | None = None,
        origin: str | None = None,
    ) -> int | None:
        return None

    def queue_all(self, tx: Tx, letters: Sequence[tuple[ToRequester, Ticket]], now: int) -> Sequence[int | None]:
        return [None] * len(letters)

    def outcomes(self, tx: Tx, letters: Collection[int]) -> Mapping[int, Settled]:
        return {}

    def stopped(self, tx: Tx, letter: int) -> bool:
        return False

    def comes_back(self, tx: Tx, address: str) -> bool:
        return False

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> Collection[str]:
        return ()

    def tell(self, tx: Tx, kind: ToAssignee, ticket: Ticket, staff: str, now: int, *, seq: int | None = None) -> None:
        """Queues nothing."""

    def confirmed(self, tx: Tx, ticket: int, now: int) -> None:
        """Does nothing, because there are no letters."""

    def text_removed(self, tx: Tx, ticket: int, seq: int) -> None:
        """Does nothing, because there is no mail."""

    def hand_over(self, tx: Tx, ticket: Ticket, address: str, now: int) -> None:
        """Queues nothing."""


class Mailing:
    def __init__(self, letters: Letters, store: Store) -> None:
        self._letters = letters
        self._store = store

    def follows(
        self,
        tx: Tx,
        before: Ticket | None,
        after: Ticket,
        by: Actor,
        now: int,
        *,
        seq: int | None = None,
        origin: str | None = None,
    ) -> Ticket:
        """Queue the letters that follow from a change by `by`. Returns the ticket. Its flag `letters_stopped` is set if
        the requester gets no letter because of the limit for automatic letters.

        `seq`: the public reply that `by` wrote in the same step. `origin` is described in `ticketing.letters`.
        """
        replied = seq is not None
        kind = to_requester(before, after, by, replied=replied)
        if kind is not None:
            letter = self._letters.queue(tx, kind, after, now, seq=seq, origin=origin)
            # Solved tickets have no flags, and the first letter about a ticket is not stopped.
            stopped = kind in ("reopened", "rule_reply") and letter is not None and self._letters.stopped(tx, letter)
            after = self._stopped(tx, after, stopped=stopped)
        told = to_assignee(before, after, by, replied=replied)
        if told is not None and after.assignee is not None:
            self._letters.tell(tx, told, after, after.assignee, now, seq=seq)
        return after

    def _stopped(self, tx: Tx, ticket: Ticket, *, stopped: bool) -> Ticket:
        """The ticket with this value of the flag `letters_stopped`. The version stays, because the change that causes
        the letter has already raised it."""
        if ticket.letters_stopped == stopped:
            return ticket
        after = replace(ticket, letters_stopped=stopped)
        self._store.save(tx, [(ticket, after)])
        return after

    def flagged(self, tx: Tx, before: Ticket | None, after: Ticket) -> Ticket:
        """The changed ticket, flagged as `unreachable` if letters to its requester come back.

        `before` is None for a new ticket. The address is looked up only if the flag may be missing.
        """
        asked = after.requester.email
        if asked is None or after.unreachable or after.status == "solved":
            return after
        if before is not None and before.reachable and before.status != "solved" and before.requester.email == asked:
            return after
        return replace(after, unreachable=True) if self._letters.comes_back(tx, asked) else after

    def confirmed(self, tx: Tx, before: Ticket, after: Ticket, now: int) -> None:
        """Send the waiting letters to the requester at once, if this change has proven the requester's address."""
        if after.requester.verified and not before.requester.verified and after.requester.email is not None:
            self._letters.confirmed(tx, after.number, now)

    def text_removed(self, tx: Tx, number: int, seq: int) -> None:
        """Remove the incoming mail that became the redacted reply `seq`, and the quotes of its text in later mails.

        `seq` is 0 if the redacted text is from a chat. Then there is no such mail.
        """
        self._letters.text_removed(tx, number, seq)

    def handed_over(self, tx: Tx, ticket: Ticket, address: str | None, now: int) -> None:
        """Queue the letters about a hand-over: to the account team at `address`, if there is one, and to the
        requester."""
        if address is not None:
            self._letters.hand_over(tx, ticket, address, now)
        self._letters.queue(tx, "handover_notice", ticket, now)

    def issues_solved(self, tx: Tx, changed: Sequence[tuple[Ticket, Ticket]], now: int) -> None:
        """Tell the requesters of duplicates that the issue behind their tickets is solved.

        `changed`: pairs of a ticket before and after a change.
        """

        def solved(ticket: Ticket) -> bool:
            return is_issue_solved(ticket) or issue_solved(self._store, tx, ticket) is True

        numbers = [after.number for before, after in changed if solved(after) and not solved(before)]
        if numbers:
            told = duplicates_of(self._store, tx, numbers)
            self._letters.queue_all(tx, [("issue_solved", one) for one in told], now)
