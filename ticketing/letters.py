"""The interface to mail that tickets need."""

from __future__ import annotations

from typing import Literal, Protocol

from ticketing.notices import ToAssignee, ToRequester
from ticketing.ports import Tx
from ticketing.ticket import Ticket


class Letters(Protocol):
    """Emails about tickets. `server` implements it with `mail`.

    A letter is sent after the commit. Its text is rendered when it is sent, from the state of the ticket at that time.
    """

    def queue(self, tx: Tx, kind: ToRequester, ticket: Ticket, now: int, *, seq: int | None = None) -> int | None:
        """Queue a letter to the requester, about reply `seq` if given. Returns its id.

        None if the requester has no address.
        """
        ...

    def outcome(self, tx: Tx, letter: int) -> tuple[Literal["accepted", "failed"], int] | None:
        """The result of a letter, and the moment at which the result was known. None while the letter waits."""
        ...

    def comes_back(self, tx: Tx, address: str) -> bool:
        """True if letters to this address came back, so that none is sent until staff try it again."""
        ...

    def tell(self, tx: Tx, kind: ToAssignee, ticket: Ticket, staff: str, now: int, *, seq: int | None = None) -> None:
        """Queue a letter to this staff member, unless this person can no longer sign in."""
        ...

    def hand_over(self, tx: Tx, ticket: Ticket, address: str, now: int) -> None:
        """Queue a letter to an account team, which takes the solved ticket over."""
        ...
