"""Collects the facts on which the rules depend besides the ticket itself (`ticketing.facts`), in the caller's
transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import UNSET

from identity.actor import Actor
from ticketing.codes import CODES, TRAINING
from ticketing.custom_fields import Fields
from ticketing.facts import Facts
from ticketing.listing import scope_of
from ticketing.ports import People, Store, Teams, Tx
from ticketing.ticket import PARTICIPANTS_MAX, Ticket, address_of
from ticketing.training_port import Trainings
from ticketing.wanted import Opening, ParticipantWanted, Wanted

REQUESTS = ("form", "staff")
"""Channels of the tickets that may be requests for a training."""


class FactFinding:
    """`brand` gives the name of the brand, `zone` the time zone of the hours file."""

    def __init__(
        self,
        store: Store,
        people: People,
        teams: Teams,
        brand: Callable[[], str],
        zone: Callable[[], str],
        trainings: Trainings,
    ) -> None:
        self._store = store
        self._people = people
        self._teams = teams
        self._brand = brand
        self._zone = zone
        self._trainings = trainings

    def of_opening(self, tx: Tx, opening: Opening) -> Facts:
        """The facts for a new ticket."""
        survivor, chosen = opening.wanted.duplicate_of, opening.wanted.assignee
        assignee = opening.assignee if chosen is UNSET else chosen
        return Facts(
            brand=self._brand(),
            teams=self._teams(),
            zone=self._zone(),
            survivors=self._survivors(tx, opening.by, None if survivor is UNSET else survivor),
            assignee=self._people.staff(tx, assignee) if assignee is not None else None,
            accounts=self._accounts(tx, opening.invited),
            training_request=opening.training_request,
            fields=self._store.custom_fields(tx),
            thing="chat" if opening.channel == "chat" else "ticket",
        )

    def of_change(self, tx: Tx, actor: Actor, ticket: Ticket, wanted: Wanted, fields: Fields | None = None) -> Facts:
        """The facts for a change by `actor`. Reads the custom fields if the caller has not read them."""
        survivor = wanted.duplicate_of if wanted.duplicate_of is not UNSET else None
        person = ticket.assignee if wanted.assignee is UNSET else wanted.assignee
        moved = wanted.team is not UNSET and wanted.team != ticket.team
        asked = person is not None and (moved or wanted.assignee is not UNSET)
        client = wanted.client if wanted.client is not UNSET else None
        invited = wanted.participants if wanted.participants is not UNSET else None
        return Facts(
            brand=self._brand(),
            teams=self._teams(),
            zone=self._zone(),
            survivors=self._survivors(tx, actor, survivor),
            assignee=self._people.staff(tx, person) if asked and person is not None else None,
            client=self._people.client_id(tx, client) if client is not None else None,
            accounts=self._accounts(tx, invited or []),
            training_request=self._is_training_request(tx, ticket, wanted),
            fields=self._store.custom_fields(tx) if fields is None else fields,
        )

    def _is_training_request(self, tx: Tx, ticket: Ticket, wanted: Wanted) -> bool:
        """True if the ticket is a request for a training, and the change needs to know it."""
        code = CODES.get(wanted.resolution) if isinstance(wanted.resolution, str) else None
        asked = code is not None and code.group != TRAINING and ticket.channel in REQUESTS
        return asked and self._trainings.is_request(tx, ticket.number)

    def of_contact(self, tx: Tx, ticket: Ticket, talked: str | None = None) -> Facts:
        """The facts for a message of a customer. `talked`: the agent of the chat, if the message is a chat."""
        people = (self._people.staff(tx, id_) for id_ in (ticket.assignee, talked) if id_ is not None)
        heir = next((person for person in people if person is not None and person.sees(ticket.team)), None)
        return Facts(
            brand=self._brand(),
            teams=self._teams(),
            zone=self._zone(),
            assignee=heir,
            fields=self._store.custom_fields(tx),
        )

    def _survivors(self, tx: Tx, actor: Actor, number: int | None) -> Sequence[int]:
        """The chain of duplicates that starts at `number`. Empty if the actor may not see this ticket."""
        if number is None:
            return []
        chain = self._store.survivors(tx, number)
        first = self._store.find(tx, number)
        return chain if first is not None and scope_of(actor).holds(first) else []

    def _accounts(self, tx: Tx, invited: Sequence[ParticipantWanted | str]) -> dict[str, str]:
        given = (each if isinstance(each, str) else each.email for each in invited[:PARTICIPANTS_MAX])
        addresses = {address for text in given if (address := address_of(text)) is not None}
        found = {address: self._people.account_by_email(tx, address) for address in addresses}
        return {address: account.id for address, account in found.items() if account is not None}
