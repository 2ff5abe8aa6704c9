"""Interface to the training that is attached to tickets. `tx` is opaque."""

from __future__ import annotations

from typing import Protocol

from identity.actor import Actor
from ticketing.ports import Tx
from ticketing.ticket import Ticket
from ticketing.wanted import TrainingWanted


class Trainings(Protocol):
    """`server` implements it with `learning`."""

    def attach(self, tx: Tx, ticket: Ticket, wanted: TrainingWanted | None, by: Actor, now: int) -> None:
        """Attach training for the requester of a solved ticket, in place of earlier training.

        None stands for what the desk suggests. It attaches nothing if the ticket has training already. Raises
        Refused(`invalid`) with the field `training` for training that cannot be attached.
        """
        ...

    def take_away(self, tx: Tx, ticket: Ticket, now: int) -> None:
        """The ticket no longer has training. Places in sessions are given up."""
        ...

    def request(self, tx: Tx, number: int, by: Actor, now: int) -> None:
        """Keep that the ticket is a request for a training."""
        ...

    def is_request(self, tx: Tx, number: int) -> bool:
        """True if the ticket is a request for a training."""
        ...


class NoTrainings:
    """Attaches nothing, on a desk without a learning center."""

    def attach(self, tx: Tx, ticket: Ticket, wanted: TrainingWanted | None, by: Actor, now: int) -> None: ...

    def take_away(self, tx: Tx, ticket: Ticket, now: int) -> None: ...

    def request(self, tx: Tx, number: int, by: Actor, now: int) -> None: ...

    def is_request(self, tx: Tx, number: int) -> bool:
        return False
