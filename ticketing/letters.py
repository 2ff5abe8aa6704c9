"""The interface to mail that tickets need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from ticketing.notices import ToAssignee, ToRequester
from ticketing.ports import Tx
from ticketing.ticket import Ticket
from ticketing.waiting_clock import Settled


class Letters(Protocol):
    """Emails about tickets. `server` implements it with `mail`.

    A letter is sent after the commit. The text is rendered when the letter is sent, from the state of the ticket at
    that time.
    """

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
        """Queue a letter to the requester. If `seq` is given, the letter is about this reply.

        `origin`: the source of the request that causes the letter. It is a network, or, for a mail whose sender is not
        proven, `@` and the sender's domain. One origin causes only a limited number of letters to unconfirmed
        addresses.

        Returns the id of the letter, or None if the requester has no address.
        """
        ...

    def queue_all(self, tx: Tx, letters: Sequence[tuple[ToRequester, Ticket]], now: int) -> Sequence[int | None]:
        """Like `queue`, for many letters with few queries. Returns the ids in the same order."""
        ...

    def outcomes(self, tx: Tx, letters: Collection[int]) -> Mapping[int, Settled]:
        """The results of these letters, by id, with the moments at which the results became known. Letters that still
        wait to be sent are missing."""
        ...

    def stopped(self, tx: Tx, letter: int) -> bool:
        """True if this letter is not sent, because its address got too many automatic letters about the ticket."""
        ...

    def comes_back(self, tx: Tx, address: str) -> bool:
        """True if letters to this address came back. Then no letter is sent to the address until staff try it again."""
        ...

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> Collection[str]:
        """The addresses among `addresses` for which `comes_back` is true."""
        ...

    def tell(self, tx: Tx, kind: ToAssignee, ticket: Ticket, staff: str, now: int, *, seq: int | None = None) -> None:
        """Queue a letter to this staff member, unless this person can no longer sign in."""
        ...

    def confirmed(self, tx: Tx, ticket: int, now: int) -> None:
        """Send the waiting letters to the requester now, with their full text, because the requester's address is
        proven now."""
        ...

    def text_removed(self, tx: Tx, ticket: int, seq: int) -> None:
        """Remove the incoming mail that became the redacted reply `seq`, and the quotes of its text in later mails.

        `seq` is 0 if the redacted text is from a chat. Then there is no such mail.
        """
        ...

    def hand_over(self, tx: Tx, ticket: Ticket, address: str, now: int) -> None:
        """Queue a letter about a solved ticket to the account team that takes it over."""
        ...
