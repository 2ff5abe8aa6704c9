"""The actions of a rule: changes of the ticket, a canned reply, letters and inbox entries of staff, a message to a
webhook.

Each method is part of the transaction in which the rule runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from msgspec import UNSET, convert, structs

from automations.pending import Pending
from automations.rule import Rule
from canned_replies.adapters.store import SqlStore as StoredReplies
from canned_replies.reply import ENGLISH
from canned_replies.variables import filled
from chat.service import Conversations
from identity.actor import RULE, Actor
from identity.adapters.people import People
from mail.letter import NewLetter
from mail.service import Letters
from refusals import Refused
from server.live.inbox.inbox_news import InboxNews, Talk
from server.live.mail.letters import locales_of
from server.live.teams import Teams
from storage.ports import Tx
from ticketing import rules
from ticketing.events import check_text, reply
from ticketing.ports import Store
from ticketing.service import Tickets
from ticketing.ticket import Ticket
from ticketing.wanted import Wanted
from webhooks.events import RULE_RAN, RuleRan, Texts
from webhooks.subscriptions import Event, Subscriptions


def by_rule(rule: Rule, name: str | None = None) -> Actor:
    """The rule while it acts. The rules of tickets treat it as staff of all teams."""
    return Actor(kind="staff", id=f"{RULE}{rule.id}", name=name or f"Rule: {rule.name}", role="supervisor")


def wanted_of(rule: Rule) -> Wanted:
    """The change of the ticket."""
    return convert(dict(rule.actions.change), Wanted)


class RuleEffects:
    def __init__(
        self,
        tickets: Tickets,
        store: Store,
        conversations: Conversations,
        people: People,
        teams: Teams,
        letters: Letters,
        inbox: InboxNews,
        subscriptions: Subscriptions,
        base_url: Callable[[], str],
        wake_letters: Callable[[], None],
        wake_webhooks: Callable[[], None],
    ) -> None:
        """`wake_letters` and `wake_webhooks` are called after the commits of letters and of messages."""
        self._tickets = tickets
        self._store = store
        self._conversations = conversations
        self._people = people
        self._teams = teams
        self._letters = letters
        self._inbox = inbox
        self._subscriptions = subscriptions
        self._base_url = base_url
        self._wake_letters = wake_letters
        self._wake_webhooks = wake_webhooks
        self._replies = StoredReplies()

    def take(self, tx: Tx, rule: Rule, pending: Pending, ticket: Ticket | None, team: str, now: int) -> None:
        """Take the actions of the rule. `ticket` is locked; None for a chat that is no ticket yet. `team` is the team
        of the ticket or chat. Raises Refused if an action is not allowed. The caller then undoes the others."""
        if rule.actions.end_chat is not None:
            # A chat that has its ticket is over. To lock it after its ticket could deadlock with a rating.
            ticket = ticket if ticket is not None else self._end(tx, rule, rule.actions.end_chat, pending, team, now)
        elif ticket is not None:
            ticket = self._change(tx, rule, ticket, now)
        team = ticket.team if ticket is not None else team
        self._notify(tx, rule, pending, ticket, team, now)
        self._enter(tx, rule, pending, ticket, team, now)
        if rule.actions.webhook is not None:
            number = ticket.number if ticket is not None else None
            ran = RuleRan(
                url=self._url(pending, number),
                rule=rule.id,
                event=pending.event,
                team=team,
                ticket=number,
                chat=pending.chat,
            )
            self._subscriptions.send(tx, rule.actions.webhook, Event(RULE_RAN, ran, Texts(), number), now)
            tx.after_commit(self._wake_webhooks)

    def _url(self, pending: Pending, number: int | None) -> str:
        place = f"tickets/{number}" if number is not None else f"console#chat={pending.chat}"
        return f"{self._base_url()}/{place}"

    def _end(self, tx: Tx, rule: Rule, why: str, pending: Pending, team: str, now: int) -> Ticket | None:
        """End the chat, and change the ticket that it becomes. None if the chat has ended already: whoever ended it
        decided about the ticket."""
        by, wanted = by_rule(rule), wanted_of(rule)
        # With a status, the ticket has it from the beginning, and its customer gets one letter.
        outcome = structs.replace(wanted, team=UNSET) if wanted.status is not UNSET else None
        author = by_rule(rule, self._teams.of(team).name)
        number = self._conversations.end_by_rule(tx, pending.chat or "", why, by, author, outcome, now)
        ticket = self._store.find(tx, number, lock=True) if number is not None else None
        return self._change(tx, rule, ticket, now) if ticket is not None else None

    def _change(self, tx: Tx, rule: Rule, ticket: Ticket, now: int) -> Ticket:
        by, after, seq = by_rule(rule), ticket, None
        if rule.actions.change:
            after = self._tickets.change(tx, by, ticket, wanted_of(rule), now)
        if rule.actions.reply is not None:
            rules.check_not_closed_for_good(ticket, now)
            text = self._text(tx, rule.actions.reply, after)
            author = by_rule(rule, self._teams.of(after.team).name)
            # Nobody has answered, so waits and clocks go on.
            after = self._tickets.keep(tx, after, replace(after, updated_at=now), [], author, now)
            seq = self._tickets.append(tx, author, after, reply(author, text, [], None, now), now, staff_only=False)
        if after != ticket or seq is not None:
            # A letter that no person wrote goes to proven addresses only: anybody can name any address.
            mailed = seq if after.requester.verified else None
            after = self._tickets.mailing.follows(tx, ticket, after, by, now, seq=mailed)
            tx.after_commit(self._wake_letters)
        return after

    def _text(self, tx: Tx, id_: str, ticket: Ticket) -> str:
        found = self._replies.find(tx, id_, 0, lock=False)
        if found is None or ENGLISH not in found.texts:
            raise Refused("conflict", "The canned reply of this rule was removed. Choose another one.")
        if found.scope == "own" or (found.scope == "team" and found.holder != ticket.team):
            sentence = (
                "The canned reply of this rule is not one of the ticket's team or of everybody. Choose another one."
            )
            raise Refused("conflict", sentence)
        language = (locales_of(tx, [ticket]).get(ticket.number) or ENGLISH).partition("-")[0]
        wanted = next((text for one, text in found.texts.items() if one == language), found.texts[ENGLISH])
        text, gaps = filled(wanted, self._values(ticket))
        if gaps:
            raise Refused("conflict", f"The canned reply has no value for {gaps[0]} on this ticket.")
        check_text(text)
        return text

    def _values(self, ticket: Ticket) -> Mapping[str, str]:
        name = ticket.requester.name or ""
        known = {
            "customer.name": name,
            "customer.first_name": name.split(" ")[0],
            "team": self._teams.of(ticket.team).name,
            "ticket.number": str(ticket.number),
        }
        return {key: value for key, value in known.items() if value}

    def _enter(self, tx: Tx, rule: Rule, pending: Pending, ticket: Ticket | None, team: str, now: int) -> None:
        """Put entries into inboxes."""
        wanted, people = rule.actions.inbox, rule.actions.inbox_people
        place = ticket if ticket is not None else Talk(pending.chat, team) if pending.chat is not None else None
        if place is not None and (wanted or people):
            self._inbox.from_rule(tx, by_rule(rule).id, place, wanted, people, now)

    def _notify(self, tx: Tx, rule: Rule, pending: Pending, ticket: Ticket | None, team: str, now: int) -> None:
        actions = rule.actions
        people = [self._people.staff(tx, id_) for id_ in actions.notify]
        if actions.notify_team is not None:
            people += self._people.staff_of(tx, actions.notify_team)
        # Only people who may open the ticket or chat are told of it.
        told = {person.id: person for person in people if person is not None and person.sees(team)}
        context = {"rule": rule.id, "event": pending.event, "team": team}
        if ticket is not None:
            context["ticket"] = str(ticket.number)
        elif pending.chat is not None:
            context["chat"] = pending.chat
        wanted = [
            NewLetter(kind="rule_notice", to=person.email, person=person.id, context=context)
            for person in told.values()
            if person.email
        ]
        if wanted:
            self._letters.queue_all(tx, wanted, now)
            tx.after_commit(self._wake_letters)
