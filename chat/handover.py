"""Assigns, offers, transfers and requeues chats. Each method is the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. The caller decides which agent gets the chat. This module checks
that the chat may change, and writes the events.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Literal

from msgspec import UNSET

from chat.closing_time import NOT_ASKED
from chat.conversation import WAITING, Chat, check, check_offer
from chat.errors import NotFound
from chat.events import Logged
from chat.frames.durable import ChatAssigned, ChatLeft, ChatQueued, ChatTransferred, Durable, Note
from chat.frames.people import Staff
from chat.ports import UNCHANGED, ChatChanges, Held, Journal, Offer, Stamp, Tx
from chat.senders import sender
from chat.typed_texts import check_text
from clock import rfc3339
from identity.actor import SYSTEM, Actor
from refusals import Refused

By = Literal["dispatcher", "accept", "pick", "take", "transfer"]
Lost = Literal["gone", "no_reply"]
"""The reasons why an agent loses a chat: the agent disconnected (`gone`), or missed the first response (`no_reply`)."""


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a transfer: a team's queue or, if `staff` is set, one person.

    With `offer_until` (ms), the chat is offered to the person until that time. If `offer_until` is None, the person
    gets the chat at once.
    """

    team: str
    staff: Staff | None = None
    offer_until: int | None = None


class Handovers:
    """Moves chats between queues and agents.

    `silent_ms(team)` is the length of the customer's silence, in ms, that ends a chat.

    `requeued(priority)` and `overflowed(priority)` return the new priority of a chat that is requeued, or that
    overflows to another team. `priority` is the chat's present priority.
    """

    def __init__(
        self,
        journal: Journal,
        silent_ms: Callable[[str], int],
        requeued: Callable[[int], int],
        overflowed: Callable[[int], int],
    ) -> None:
        self._journal = journal
        self._silent_ms = silent_ms
        self._requeued = requeued
        self._overflowed = overflowed

    # -- by the dispatcher ----------------------------------------------------------------------

    def hold_all(self, tx: Tx, chats: Collection[str]) -> AbstractContextManager[Mapping[str, Held]]:
        """Like `chat.ports.Journal.hold_all`."""
        return self._journal.hold_all(tx, chats)

    def assign(self, held: Held, agent: Staff, by: By, now: int) -> bool:
        """Give a waiting chat to `agent`. False if the chat is no longer waiting."""
        if held.chat.state not in WAITING:
            return False
        check("assign", held.chat, SYSTEM)
        event = ChatAssigned(at=rfc3339(now), from_=sender(SYSTEM), staff=agent, by=by)
        held.write([event], now, self._assigned(held, agent, now))
        return True

    def offer(self, held: Held, staff: str, until: int) -> bool:
        """Offer a queued chat to `staff` until `until`. False if the chat is not queued, or is already offered."""
        if held.chat.state != "queued":
            return False
        held.change(ChatChanges(state=check("offer", held.chat, SYSTEM), offer=Offer(staff, None, until)))
        return True

    def withdraw(self, tx: Tx, chat: str, staff: str, now: int, *, passed: bool) -> bool:
        """Withdraw an offer. False if the offer has ended already.

        `passed` is true if the agent declined, or did not answer in time.
        """
        held = self._journal.hold(tx, chat)
        if held is None or held.chat.state != "offered" or held.chat.offered_to != staff:
            return False
        present = held.chat
        changes = ChatChanges(
            state=check("pass", present, SYSTEM), offer=None, passed=present.passed | {staff} if passed else UNSET
        )
        if present.offered_by is None:
            held.change(changes)
        else:
            # The chat's last agent has left, so the event shows the customer that they are back in the queue.
            held.write([_declined(present, now)], now, changes)
        return True

    # -- by agents ------------------------------------------------------------------------------

    def accept(self, tx: Tx, chat: str, actor: Actor, now: int, stamp: Stamp) -> Logged:
        held = self._held(tx, chat)
        check_offer("accept", held.chat, actor)
        return self._to(held, actor, "accept", now, stamp)

    def decline(self, tx: Tx, chat: str, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Decline an offer. The chat is not offered to this agent again. Raises the errors of
        `chat.conversation.check_offer`."""
        held = self._held(tx, chat)
        present = held.chat
        changes = ChatChanges(state=check_offer("pass", present, actor), offer=None, passed=present.passed | {actor.id})
        return held.write([_declined(present, now)], now, changes, stamp)[-1]

    def pick(self, tx: Tx, chat: str, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Take a waiting chat out of the queue, as an agent. Raises the errors of `chat.conversation.check`."""
        held = self._held(tx, chat)
        check("pick", held.chat, actor)
        return self._to(held, actor, "pick", now, stamp)

    def takeable(self, tx: Tx, chat: str, actor: Actor) -> Held:
        """Lock and return a chat that `actor` may take over. Raises Refused(`conflict`) if the actor has the chat
        already, and the errors of `chat.conversation.check`."""
        held = self._held(tx, chat)
        if held.chat.state == "active" and held.chat.agent == actor.id:
            raise Refused("conflict", "You already have this chat.")
        check("take", held.chat, actor)
        return held

    def take(self, held: Held, left: Staff | None, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Make `actor`, a supervisor, the chat's agent. `held` comes from `takeable`. `left` is the previous agent."""
        return self._to(held, actor, "take", now, stamp, left)

    # -- transferred ----------------------------------------------------------------------------

    def theirs(self, tx: Tx, chat: str, actor: Actor) -> Held:
        """Lock and return a chat that `actor` may transfer. Raises the errors of `chat.conversation.check`."""
        held = self._held(tx, chat)
        check("transfer", held.chat, actor)
        return held

    def reassignable(self, tx: Tx, chat: str, actor: Actor) -> Held:
        """Lock and return a chat that `actor` may reassign to an agent or a queue. Raises the errors of
        `chat.conversation.check`."""
        held = self._held(tx, chat)
        check("reassign", held.chat, actor)
        return held

    def transfer(
        self,
        held: Held,
        to: Target,
        note: str | None,
        actor: Actor,
        now: int,
        stamp: Stamp | None = None,
        left: Staff | None = None,
    ) -> Logged:
        """Transfer the chat `held` to one person, or to a team's queue. `held` comes from `theirs` or `reassignable`.

        In the queue, the chat goes ahead of new chats. Pass the chat's agent as `left` if somebody else transfers the
        chat.
        """
        present, agent = held.chat, left or Staff(actor.id, actor.name or "")
        at, who = rfc3339(now), sender(actor)
        events: list[Durable] = []
        if note is not None:
            check_text(note, "note")
            events.append(Note(at=at, from_=who, text=note))
        events += [
            ChatLeft(at=at, from_=who, who=agent, reason="transferred"),
            ChatTransferred(at=at, from_=who, from_team=present.team, to_team=to.team, to_staff=to.staff or UNSET),
        ]
        changes = ChatChanges(
            team=to.team,
            agent=None,
            assigned_at=None,
            clocks=held.clocks._replace(silent_due_at=None),
            waiting_since=now,
            priority=self._requeued(present.priority),
            handed_on_by=agent.id,
            asked=UNSET if to.team == present.team else NOT_ASKED,
        )
        if to.staff is None:
            events.append(ChatQueued(at=at, from_=who, team=to.team, reason="transferred"))
            changes = replace(changes, state="queued")
        elif to.offer_until is None:
            events.append(ChatAssigned(at=at, from_=who, staff=to.staff, by="transfer"))
            changes = self._assigned(held, to.staff, now, changes)
        else:
            changes = replace(changes, state="offered", offer=Offer(to.staff.id, actor.id, to.offer_until))
        answer = None if to.offer_until is None else {"expires_at": rfc3339(to.offer_until)}
        return held.write(events, now, changes, stamp, answer)[-1]

    # -- requeued -------------------------------------------------------------------------------

    def release(self, tx: Tx, chat: str, agent: Staff, why: Lost, now: int) -> bool:
        """Take a chat away from `agent` and requeue it, ahead of chats that were never answered.

        False if the chat no longer belongs to `agent`. If `why` is `no_reply`, the chat is not offered to this agent
        again. So the chat does not bounce between unresponsive agents.
        """
        held = self._journal.hold(tx, chat)
        if held is None or held.chat.state != "active" or held.chat.agent != agent.id:
            return False
        present = held.chat
        at, who = rfc3339(now), sender(SYSTEM)
        events: list[Durable] = [
            ChatLeft(at=at, from_=who, who=agent, reason=why),
            ChatQueued(at=at, from_=who, team=present.team, reason="agent_gone" if why == "gone" else "no_reply"),
        ]
        changes = ChatChanges(
            state=check("requeue", present, SYSTEM),
            agent=None,
            assigned_at=None,
            clocks=held.clocks._replace(silent_due_at=None),
            waiting_since=now,
            priority=self._requeued(present.priority),
            preferred=agent.id if why == "gone" else UNSET,
            passed=UNSET if why == "gone" else present.passed | {agent.id},
        )
        held.write(events, now, changes)
        return True

    def overflow(self, tx: Tx, chat: str, team: str, now: int) -> bool:
        """Move a queued chat to the queue of `team`. The chat keeps the time at which it first joined a queue.

        False if the chat is not queued, or is already in the queue of `team`.
        """
        held = self._journal.hold(tx, chat)
        if held is None or held.chat.state != "queued" or held.chat.team == team:
            return False
        event = ChatQueued(at=rfc3339(now), from_=sender(SYSTEM), team=team, reason="overflow")
        changes = ChatChanges(
            state=check("overflow", held.chat, SYSTEM),
            team=team,
            waiting_since=now,
            overflowed_at=now,
            priority=self._overflowed(held.chat.priority),
            asked=NOT_ASKED,
        )
        held.write([event], now, changes)
        return True

    # -- inside ---------------------------------------------------------------------------------

    def _held(self, tx: Tx, chat: str) -> Held:
        held = self._journal.hold(tx, chat)
        if held is None:
            raise NotFound
        return held

    def _to(self, held: Held, actor: Actor, by: By, now: int, stamp: Stamp, left: Staff | None = None) -> Logged:
        at, who = rfc3339(now), sender(actor)
        agent = Staff(actor.id, actor.name or "")
        events: list[Durable] = [] if left is None else [ChatLeft(at=at, from_=who, who=left, reason="taken")]
        events.append(ChatAssigned(at=at, from_=who, staff=agent, by=by))
        return held.write(events, now, self._assigned(held, agent, now), stamp)[-1]

    def _assigned(self, held: Held, agent: Staff, now: int, changes: ChatChanges = UNCHANGED) -> ChatChanges:
        """`changes`, plus the changes that every chat needs when it gets an agent.

        The silence clock starts now if the last message is from staff. The customer no longer has to choose at closing
        time.
        """
        clocks = held.clocks
        team = held.chat.team if changes.team is UNSET else changes.team
        silent_due_at = None if clocks.reply_owed_since is not None else now + self._silent_ms(team)
        return replace(
            changes,
            state="active",
            agent=agent.id,
            assigned_at=now,
            handed_on_by=None,
            left_due_at=None,
            offer=None,
            asked=NOT_ASKED,
            clocks=clocks._replace(agent_reply_at=None, silent_due_at=silent_due_at),
        )


def _declined(chat: Chat, now: int) -> ChatQueued:
    return ChatQueued(at=rfc3339(now), from_=sender(SYSTEM), team=chat.team, reason="declined")
