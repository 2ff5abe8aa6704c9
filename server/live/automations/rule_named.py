"""Reads what rules name, for all of them at once: a list of many rules costs as few queries as one rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from automations.rule import WantedRule
from canned_replies.adapters.store import SqlStore as StoredReplies
from canned_replies.reply import CannedReply
from identity.actor import Actor
from identity.adapters.people import People
from storage.ports import Tx
from ticketing.custom_fields import Fields
from ticketing.ports import Store
from webhooks.adapters.store import SqlStore as StoredWebhooks


@dataclass(frozen=True, slots=True)
class Named:
    """What the desk has of what some rules name. `webhooks`: those that rules may send to."""

    clients: Collection[str]
    staff: Mapping[str, Actor]
    fields: Fields
    webhooks: Collection[str]
    replies: Mapping[str, CannedReply]


class RuleNames:
    def __init__(self, people: People, tickets: Store) -> None:
        self._people = people
        self._tickets = tickets
        self._replies = StoredReplies()
        self._webhooks = StoredWebhooks()

    def of(self, tx: Tx, rules: Sequence[WantedRule]) -> Named:
        actions = [rule.actions for rule in rules]
        clients = {id for rule in rules for one in rule.conditions if one.test == "client" for id in one.any}
        staff = {id for one in actions for id in (*one.notify, *one.inbox_people)}
        staff |= {one.assignee for one in actions if one.assignee is not None}
        staff |= {id for rule in rules for one in rule.conditions if one.test == "assignee" for id in one.any}
        with_fields = any(
            rule.actions.custom_fields or any(one.field is not None for one in rule.conditions) for rule in rules
        )
        webhooks = self._webhooks.receivers(tx) if any(one.webhook is not None for one in actions) else []
        replies = {one.reply for one in actions if one.reply is not None}
        return Named(
            clients=self._people.client_names(tx, clients),
            staff=self._people.staff_by_id(tx, staff),
            fields=self._tickets.custom_fields(tx) if with_fields else (),
            webhooks=[one.id for one in webhooks if one.account_team is None],
            replies=self._replies.find_all(tx, replies) if replies else {},
        )
