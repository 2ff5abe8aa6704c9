"""How a chat changes hands: who is given it, is offered it, picks it, hands it on, or can keep it no more.

Each function is the body of one transaction, as in `chat.service`. Who may have a chat, and whether there is a seat,
is decided elsewhere: here is what it does to the conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from msgspec import UNSET

from chat.conversation import Chat, check, check_offer
from chat.errors import NotFound
from chat.events import Logged
from chat.frames import ChatAssigned, ChatLeft, ChatQueued, ChatTransferred, Durable, Note, Staff
from chat.ports import Changes, Journal, Stamp, Tx
from chat.senders import sender
from chat.wire import check_text
from clock import rfc3339
from identity.actor import SYSTEM, Actor

By = Literal["dispatcher", "accept", "pick", "take", "transfer"]
Lost = Literal["gone", "no_reply"]
"""Why an agent can keep a chat no more: they are not here, or do not answer."""
_NO_OFFER: Changes = {"offered_to": None, "offered_by": None, "offer_due_at": None}
_NO_AGENT: Changes = {"agent": None, "assigned_at": None, "silent_due_at": None}
_NOT_ASKED: Changes = {"closing_at": None, "closing_due_at": None, "stays": False}
"""Whoever is talked with is asked nothing, and what closing time asked was its team's closing time."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a chat is handed on to: a team's queue or, with `staff`, one of its people.

    `offer_until`: the moment (ms) until which they may accept it; None gives it to them at once.
    """

    team: str
    staff: Staff | None = None
    offer_until: int | None = None


class Handovers:
    """What hands a chat over. `silent_ms`: how long a customer of a team may be silent before the chat ends;
    `returned` and `flowed_over`: the priority of a chat that comes back to a queue, or goes on to another team's, by
    the one it had."""

    def __init__(
        self,
        journal: Journal,
        silent_ms: Callable[[str], int],
        returned: Callable[[int], int],
        flowed_over: Callable[[int], int],
    ) -> None:
        self._journal = journal
        self._silent_ms = silent_ms
        self._returned = returned
        self._flowed_over = flowed_over

    # -- by the dispatcher ----------------------------------------------------------------------

    def assign(self, tx: Tx, chat: str, agent: Staff, by: By, now: int) -> bool:
        """Give a waiting chat to `agent`. False where it no longer waits: it was picked, left or closed."""
        present = self._journal.chat(tx, chat)
        if present is None or present.state not in ("queued", "offered"):
            return False
        check("assign", present, SYSTEM)
        event = ChatAssigned(at=rfc3339(now), from_=sender(SYSTEM), staff=agent, by=by)
        self._journal.write(tx, chat, [event], now, self._seated(tx, present, agent, now))
        return True

    def offer(self, tx: Tx, chat: str, staff: str, until: int) -> bool:
        """Let `staff` choose, until `until`, whether to take a waiting chat. False where it waits no longer, or is
        offered to somebody."""
        present = self._journal.chat(tx, chat)
        if present is None or present.state != "queued":
            return False
        following = check("offer", present, SYSTEM)
        offered = {"offered_to": staff, "offered_by": None, "offer_due_at": until}
        self._journal.stand(tx, chat, {"state": following, **offered})
        return True

    def withdraw(self, tx: Tx, chat: str, staff: str, now: int, *, passed: bool) -> bool:
        """Take an offer back: `staff` let it pass or, not `passed`, cannot answer. False where it stands no more."""
        present = self._journal.chat(tx, chat)
        if present is None or present.state != "offered" or present.offered_to != staff:
            return False
        following = check("pass", present, SYSTEM)
        changes = {"state": following, **_NO_OFFER}
        if passed:
            changes["passed"] = present.passed | {staff}
        if present.offered_by is None:
            self._journal.stand(tx, chat, changes)
        else:
            # Its last agent has left it already: who waits is told that they are back in the queue.
            event = ChatQueued(at=rfc3339(now), from_=sender(SYSTEM), team=present.team, reason="declined")
            self._journal.write(tx, chat, [event], now, changes)
        return True

    # -- by who answers ---------------------------------------------------------------------------

    def accept(self, tx: Tx, chat: str, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Take the chat that is offered."""
        present = self._present(tx, chat)
        check_offer("accept", present, actor)
        return self._to(tx, present, actor, "accept", now, stamp)

    def decline(self, tx: Tx, chat: str, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Let the chat that is offered pass, for good."""
        present = self._present(tx, chat)
        following = check_offer("pass", present, actor)
        event = ChatQueued(at=rfc3339(now), from_=sender(SYSTEM), team=present.team, reason="declined")
        changes = {"state": following, **_NO_OFFER, "passed": present.passed | {actor.id}}
        return self._journal.write(tx, chat, [event], now, changes, stamp)[-1]

    def pick(self, tx: Tx, chat: str, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Take a waiting chat out of the queue by hand."""
        present = self._present(tx, chat)
        check("pick", present, actor)
        return self._to(tx, present, actor, "pick", now, stamp)

    def take(self, tx: Tx, chat: str, actor: Actor, left: Staff | None, now: int, stamp: Stamp) -> Logged:
        """A supervisor becomes the agent. `left`: who is so far."""
        present = self._present(tx, chat)
        check("take", present, actor)
        return self._to(tx, present, actor, "take", now, stamp, left)

    # -- handed on --------------------------------------------------------------------------------

    def theirs(self, tx: Tx, chat: str, actor: Actor) -> Chat:
        """A chat that `actor` may hand on. Raises Refused for any other."""
        present = self._present(tx, chat)
        check("transfer", present, actor)
        return present

    def transfer(self, tx: Tx, chat: str, to: Target, note: str | None, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Hand a chat on to a team's queue, in which it goes ahead, or to one person."""
        present = self.theirs(tx, chat, actor)
        at, who = rfc3339(now), sender(actor)
        events: list[Durable] = []
        if note is not None:
            check_text(note, "note")
            events.append(Note(at=at, from_=who, text=note))
        events += [
            ChatLeft(at=at, from_=who, who=Staff(actor.id, actor.name or ""), reason="transferred"),
            ChatTransferred(at=at, from_=who, from_team=present.team, to_team=to.team, to_staff=to.staff or UNSET),
        ]
        changes = {
            "team": to.team,
            **_NO_AGENT,
            "waiting_since": now,
            "priority": self._returned(present.priority),
            "handed_on_by": actor.id,
        }
        if to.team != present.team:
            changes |= _NOT_ASKED
        if to.staff is None:
            events.append(ChatQueued(at=at, from_=who, team=to.team, reason="transferred"))
            changes["state"] = "queued"
        elif to.offer_until is None:
            events.append(ChatAssigned(at=at, from_=who, staff=to.staff, by="transfer"))
            changes |= self._seated(tx, replace(present, team=to.team), to.staff, now)
        else:
            changes |= {
                "state": "offered",
                "offered_to": to.staff.id,
                "offered_by": actor.id,
                "offer_due_at": to.offer_until,
            }
        answer = None if to.offer_until is None else {"expires_at": rfc3339(to.offer_until)}
        return self._journal.write(tx, chat, events, now, changes, stamp, answer)[-1]

    def release(self, tx: Tx, chat: str, agent: Staff, why: Lost, now: int) -> bool:
        """Its agent can keep it no more: back to the queue, ahead of those who were never answered. False where it is
        not theirs any more. Who did not answer has let it pass: it is not given back and forth by people who do not."""
        present = self._journal.chat(tx, chat)
        if present is None or present.state != "active" or present.agent != agent.id:
            return False
        following = check("requeue", present, SYSTEM)
        at, who = rfc3339(now), sender(SYSTEM)
        events: list[Durable] = [
            ChatLeft(at=at, from_=who, who=agent, reason=why),
            ChatQueued(at=at, from_=who, team=present.team, reason="agent_gone" if why == "gone" else "no_reply"),
        ]
        priority = self._returned(present.priority)
        changes = {"state": following, **_NO_AGENT, "waiting_since": now, "priority": priority}
        if why == "gone":
            changes["preferred"] = agent.id
        else:
            changes["passed"] = present.passed | {agent.id}
        self._journal.write(tx, chat, events, now, changes)
        return True

    def overflow(self, tx: Tx, chat: str, team: str, now: int) -> bool:
        """Its own team has too much to do: on to the queue of `team`, by its time of joining. False where it waits no
        longer."""
        present = self._journal.chat(tx, chat)
        if present is None or present.state != "queued" or present.team == team:
            return False
        following = check("overflow", present, SYSTEM)
        event = ChatQueued(at=rfc3339(now), from_=sender(SYSTEM), team=team, reason="overflow")
        changes = {
            "state": following,
            "team": team,
            "waiting_since": now,
            "overflowed_at": now,
            "priority": self._flowed_over(present.priority),
            **_NOT_ASKED,
        }
        self._journal.write(tx, chat, [event], now, changes)
        return True

    # -- inside -----------------------------------------------------------------------------------

    def _present(self, tx: Tx, chat: str) -> Chat:
        present = self._journal.chat(tx, chat)
        if present is None:
            raise NotFound
        return present

    def _to(
        self, tx: Tx, chat: Chat, actor: Actor, by: By, now: int, stamp: Stamp, left: Staff | None = None
    ) -> Logged:
        at, who = rfc3339(now), sender(actor)
        agent = Staff(actor.id, actor.name or "")
        events: list[Durable] = [] if left is None else [ChatLeft(at=at, from_=who, who=left, reason="taken")]
        events.append(ChatAssigned(at=at, from_=who, staff=agent, by=by))
        return self._journal.write(tx, chat.id, events, now, self._seated(tx, chat, agent, now), stamp)[-1]

    def _seated(self, tx: Tx, chat: Chat, agent: Staff, now: int) -> Changes:
        """The columns of a chat that has an agent from now on. Where the last word was ours, the customer's silence
        counts from now."""
        owed = self._journal.clocks(tx, chat.id).reply_owed_since
        return {
            "state": "active",
            "agent": agent.id,
            "assigned_at": now,
            "agent_reply_at": None,
            "handed_on_by": None,
            "left_due_at": None,
            **_NO_OFFER,
            **_NOT_ASKED,
            "silent_due_at": None if owed is not None else now + self._silent_ms(chat.team),
        }
