"""Reads what the conditions of rules test."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from automations.matching import Facts
from automations.pending import Pending
from automations.rule import Rule
from chat.adapters.tables import ChatRow
from identity.adapters.people import People
from server.live.automations.rule_fields import texts_of
from storage.ports import Tx
from ticketing.custom_fields import Fields
from ticketing.ports import Store
from ticketing.ticket import Ticket


class RuleFacts:
    def __init__(self, people: People, tickets: Store) -> None:
        self._people = people
        self._tickets = tickets

    def fields(self, tx: Tx, rules: Sequence[Rule]) -> Fields:
        """The custom fields, if a condition of these rules needs them."""
        needed = any(one.field is not None for rule in rules for one in rule.conditions)
        return self._tickets.custom_fields(tx) if needed else ()

    def vips(self, tx: Tx, clients: Collection[str]) -> frozenset[str]:
        """Those of these clients that are VIPs."""
        return self._people.vips(tx, clients)

    def chat(self, tx: Tx, id: str | None) -> ChatRow | None:
        return tx.session.get(ChatRow, id) if id is not None else None

    def of_ticket(
        self, tx: Tx, ticket: Ticket, pending: Pending, fields: Fields, vips: frozenset[str] | None = None
    ) -> Facts:
        """`vips`: the clients that are VIPs, if they are known."""
        client = ticket.client
        return Facts(
            team=ticket.team,
            product=ticket.product,
            status=ticket.status,
            resolution=ticket.resolution,
            priority=ticket.priority,
            assignee=ticket.assignee,
            tags=ticket.tags,
            client=ticket.client,
            vip=self._is_vip(tx, client) if vips is None else client in vips,
            channel=ticket.channel,
            domain=_domain(ticket.requester.email),
            subject=ticket.subject,
            author=pending.author,
            changed=pending.changed,
            rating=ticket.rating,
            custom_fields=ticket.custom_fields,
            texts=texts_of(fields),
        )

    def of_chat(self, tx: Tx, chat: ChatRow) -> Facts:
        account = self._people.account(tx, chat.customer)
        client = account.client if account is not None else None
        return Facts(
            team=chat.team,
            product=chat.product,
            client=client,
            vip=self._is_vip(tx, client),
            channel="chat",
            domain=_domain(chat.email),
            # The subject that its ticket would have.
            subject=chat.subject or chat.first_line,
        )

    def _is_vip(self, tx: Tx, client: str | None) -> bool:
        return client is not None and client in self._people.vips(tx, [client])


def _domain(email: str | None) -> str | None:
    return email.rpartition("@")[2].lower() if email else None
