"""What commands do to a conversation. Each function is the body of one transaction: the rules decide,
the journal writes, and where a chat ends its ticket is made, all of it or nothing.

`tx` is opaque, `now` a moment in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from chat.closing_time import staying
from chat.conversation import WAITING, Chat, Verb, check, check_rating, clocks_after_message
from chat.errors import NotFound
from chat.events import Logged, body_of
from chat.frames import (
    ChatClose,
    ChatClosed,
    ChatEnd,
    ChatRate,
    ChatRated,
    ChatStart,
    ChatStarted,
    ChatWait,
    ChatWaiting,
    Durable,
    Message,
    MessageRedact,
    MessageRedacted,
    MessageSend,
    Note,
    NoteAdd,
    NoteRedacted,
)
from chat.numbering import Append
from chat.ports import Closing, Files, Journal, Opened, Redaction, Stamp, Tickets, Traces, Tx
from chat.redaction import check_redaction, emptied, is_own, said_in, visible, without_subject
from chat.senders import sender
from chat.size import SIZE_MAX, check_room, check_room_for_rating
from chat.wire import check_line, check_text
from clock import rfc3339
from identity.actor import SYSTEM, Actor
from refusals import Refused
from texts.visible import shows_something

_FIRST_MESSAGE = 2
"""Its place in every chat, after `chat.started`."""
Reason = Literal["closed", "ended", "abandoned", "missed", "silent"]
_BY_ITSELF: dict[Reason, Verb] = {"abandoned": "abandon", "missed": "miss", "silent": "silence"}
"""What ends a chat without anybody's command."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a customer writes from. Page addresses are kept as http(s) without query and fragment."""

    page: str | None = None
    referrer: str | None = None
    locale: str | None = None
    timezone: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Joining:
    """What is known of the queue that a new chat joins. The lower `priority` goes first; `preferred` is the agent of
    the customer's last chat; `behind` the moment (ms) at which the last of those who wait joined; `wait_s` estimates
    the wait, in seconds, by a place in line."""

    priority: int = 0
    preferred: str | None = None
    behind: int | None = None
    wait_s: Callable[[int], int | None] = lambda position: None


def first_line(text: str) -> str:
    """The first line of a text that has something in it, 200 characters at most; empty where none has."""
    return next((line.strip() for line in text.splitlines() if shows_something(line)), "")[:200]


# -- by the journal's lane: no transaction of its own -------------------------------------


def send(command: MessageSend, actor: Actor, now: int, origin: Any) -> Append:
    """A message on its way into the log. Whether it may go there is decided inside the transaction."""
    check_text(command.text)
    at = rfc3339(now)
    body = body_of(Message(at=at, from_=sender(actor), text=command.text, files=[]))
    return Append(command.chat, actor, command.id, False, now, at, body, None, origin)


def note(command: NoteAdd, actor: Actor, now: int, origin: Any) -> Append:
    """A note on its way into the log; from a supervisor who is not the chat's agent it is a whisper."""
    check_text(command.text)
    at = rfc3339(now)
    who = sender(actor)
    body = body_of(Note(at=at, from_=who, text=command.text))
    whisper = None
    if actor.role == "supervisor":
        whisper = body_of(Note(at=at, from_=who, text=command.text, whisper=True))
    return Append(command.chat, actor, command.id, True, now, at, body, whisper, origin)


# -- each a transaction ---------------------------------------------------------------------


class Conversations:
    """The life of chats, over the ports that store them and make their tickets. `wrap_up_ms`: how long a chat of a
    team that is over takes its agent's seat. A chat of `size_max` bytes takes nothing more from its customer, a last
    rating aside."""

    def __init__(
        self,
        journal: Journal,
        tickets: Tickets,
        wrap_up_ms: Callable[[str], int] = lambda team: 0,
        size_max: int = SIZE_MAX,
    ) -> None:
        self._journal = journal
        self._tickets = tickets
        self._wrap_up_ms = wrap_up_ms
        self._size_max = size_max

    def start(
        self,
        tx: Tx,
        command: ChatStart,
        actor: Actor,
        around: Surroundings,
        new_id: Callable[[], str],
        joining: Joining,
        now: int,
        stamp: Stamp,
    ) -> Logged:
        """Open a chat in the queue of its team; about a ticket where one is named."""
        check_text(command.text)
        if command.ticket is not None:
            self._tickets.may_start_about(tx, actor, command.ticket)
        subject = check_line(command.subject, "subject")
        chat = self._journal.open(
            tx,
            Opened(
                id=new_id(), team=command.team, customer=actor.customer, customer_ids=actor.ids,
                name=actor.name, email=actor.email, verified=actor.verified,
                product=command.product, subject=subject,
                first_line=first_line(command.text), page=around.page,
                referrer=around.referrer, locale=around.locale, timezone=around.timezone,
                user_agent=around.user_agent, at=now, about=command.ticket,
                priority=joining.priority, preferred=joining.preferred, behind=joining.behind,
            ),
        )  # fmt: skip
        at, who = rfc3339(now), sender(actor)
        events: list[Durable] = [
            ChatStarted(
                at=at, from_=who, team=command.team, product=command.product, subject=subject,
                name=actor.name, email=actor.email, verified=actor.verified, fields=command.fields or {},
                page=around.page, locale=around.locale,
            ),
            Message(at=at, from_=who, text=command.text, files=[]),
        ]  # fmt: skip
        position = self._journal.place_in_line(tx, chat.id)
        answer = {"state": "queued", "position": position, "wait_s": joining.wait_s(position)}
        return self._journal.write(tx, chat.id, events, now, {}, stamp, answer)[-1]

    def send_with_files(
        self,
        tx: Tx,
        command: MessageSend,
        files: Files,
        actor: Actor,
        silent_ms: Callable[[str], int],
        now: int,
        stamp: Stamp,
    ) -> Logged:
        """A message with files, which may do without a text. It runs the clocks as any other does."""
        if command.text:
            check_text(command.text)
        chat = self._present(tx, command.chat)
        check("send", chat, actor)
        if actor.kind == "customer":
            check_room(chat.id, chat.size, self._size_max)
        hung = files.claim(tx, command.files, actor, f"chat:{chat.id}", staff_only=False, now=now)
        clocks = clocks_after_message(
            self._journal.clocks(tx, chat.id),
            by_customer=actor.kind == "customer", at=now, silent_ms=silent_ms(chat.team),
        )  # fmt: skip
        event = Message(at=rfc3339(now), from_=sender(actor), text=command.text, files=hung)
        return self._journal.write(tx, chat.id, [event], now, clocks._asdict(), stamp)[-1]

    def chat(self, tx: Tx, chat: str) -> Chat | None:
        """Where a chat stands, locked until the end of the transaction."""
        return self._journal.chat(tx, chat)

    def end(self, tx: Tx, command: ChatEnd, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """The customer is done, or leaves the queue. The ticket is open, without a code, and keeps its agent."""
        chat = self._present(tx, command.chat)
        check("end", chat, actor)
        closing = self._journal.closing(tx, chat.id, actor, now)
        return self._close(tx, chat, closing, "abandoned" if chat.state in WAITING else "ended", stamp)

    def close(self, tx: Tx, command: ChatClose, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """The agent ends the chat with a status and, where one is needed, a code."""
        chat = self._present(tx, command.chat)
        check("close", chat, actor)
        known = self._journal.closing(tx, chat.id, actor, now)
        team = command.team or known.team
        closing = replace(
            known, team=team, product=command.product or known.product,
            subject=check_line(command.subject, "subject") or known.subject,
            # Who is not on the ticket's team could not even open it.
            agent=known.agent if actor.sees(team) else None,
            ending="closed", outcome=command.outcome,
        )  # fmt: skip
        return self._close(tx, chat, closing, "closed", stamp)

    def void(self, tx: Tx, chat: str, actor: Actor, now: int) -> None:
        """End a chat as abuse, whoever has it: a ticket that is solved, void, and in no queue. Nothing happens where it
        is over. One about a ticket goes on in that one as any other. The customer is not told who did it."""
        present = self._present(tx, chat)
        if present.state == "closed":
            return
        check("void", present, actor)
        closing = replace(self._journal.closing(tx, chat, actor, now), ending="void")
        by = actor if actor.id == present.agent else SYSTEM
        self._close(tx, present, closing, "closed", None, by)

    def wait(
        self, tx: Tx, command: ChatWait, actor: Actor, drain_ms: Callable[[str], int], now: int, stamp: Stamp
    ) -> Logged:
        """Closing time comes, and the customer stays in line. `drain_ms`: how long after it a team answers."""
        chat = self._present(tx, command.chat)
        check("wait", chat, actor)
        check_room(chat.id, chat.size, self._size_max)
        asked = staying(self._journal.asked(tx, chat.id), drain_ms(chat.team))
        if asked.due_at is None:
            raise Refused("conflict", "The team does not close soon: your place in line is kept.")
        event = ChatWaiting(at=rfc3339(now), from_=sender(actor), until=rfc3339(asked.due_at))
        changes = {"closing_at": None, "closing_due_at": asked.due_at, "stays": asked.stays}
        return self._journal.write(tx, chat.id, [event], now, changes, stamp)[-1]

    def miss(self, tx: Tx, chat: str, now: int) -> bool:
        """Nobody was free for them by closing. False where the chat no longer waits."""
        return self._end_by_system(tx, chat, ("queued", "offered"), "missed", now)

    def abandon(self, tx: Tx, chat: str, now: int) -> bool:
        """The customer is gone from the queue. False where the chat no longer waits."""
        return self._end_by_system(tx, chat, ("queued", "offered"), "abandoned", now)

    def fall_silent(self, tx: Tx, chat: str, now: int) -> bool:
        """The customer has been silent for good. False where the chat is not active any more."""
        return self._end_by_system(tx, chat, ("active",), "silent", now)

    def _end_by_system(self, tx: Tx, chat: str, states: tuple[str, ...], reason: Reason, now: int) -> bool:
        present = self._journal.chat(tx, chat)
        if present is None or present.state not in states:
            return False
        check(_BY_ITSELF[reason], present, SYSTEM)
        closing = replace(self._journal.closing(tx, chat, SYSTEM, now), ending=reason)
        if reason == "missed":
            # The ticket goes on waiting where the queue left off.
            closing = replace(closing, waiting_since=present.queued_at)
        self._close(tx, present, closing, reason, None)
        return True

    def _close(
        self, tx: Tx, chat: Chat, closing: Closing, reason: Reason, stamp: Stamp | None, said_by: Actor | None = None
    ) -> Logged:
        ticket = self._tickets.open_for(tx, closing)
        by = sender(said_by or closing.by)
        event = ChatClosed(
            at=rfc3339(closing.at), from_=by, ticket=ticket.number, status=ticket.status,
            resolution=ticket.resolution, reason=reason, by=by,
        )  # fmt: skip
        changes = {
            "state": "closed", "closed_at": closing.at, "closed_reason": reason, "ticket": ticket.number,
            "silent_due_at": None, "left_due_at": None, "reply_owed_since": None,
            "offered_to": None, "offered_by": None, "offer_due_at": None,
        }  # fmt: skip
        wrap_up_ms = self._wrap_up_ms(chat.team)
        if chat.agent is not None and wrap_up_ms:
            changes["wrap_up_until"] = closing.at + wrap_up_ms
        return self._journal.write(
            tx, closing.chat, [event], closing.at, changes, stamp, {"ticket": ticket.number} if stamp else None
        )[-1]

    def redact(self, tx: Tx, command: MessageRedact, traces: Traces, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Take a text away, for ever and everywhere. Its place in the log stays. Open chats and closed ones."""
        chat = self._present(tx, command.chat)
        check("redact", chat, actor)
        event = visible(self._journal.event(tx, chat.id, command.of), actor)
        said = said_in(event)
        check_redaction(said, chat, actor, now)
        check_text(command.reason, "reason")
        line = first_line(said.text or "")
        rewritten = [emptied(event, said)]
        changes: dict[str, Any] = {}
        if event.seq == _FIRST_MESSAGE:
            changes["first_line"] = None
        started = self._journal.event(tx, chat.id, 1)
        if started is not None and line and (nameless := without_subject(started, line)) is not None:
            rewritten.append(nameless)
            changes["subject"] = None
        # Of a supervisor nobody is told that they read along.
        who = sender(actor if is_own(said, actor) else SYSTEM)
        kind = NoteRedacted if event.staff_only else MessageRedacted
        redacted = kind(at=rfc3339(now), from_=who, of=event.seq)
        (written,) = self._journal.write(tx, chat.id, [redacted], now, changes, stamp, rewritten=rewritten)
        files = tuple(file.id for file in said.files) if isinstance(said, Message) else ()
        traces.wipe(tx, Redaction(chat, event.seq, line, files, command.reason.strip(), actor, now))
        return written

    def rate(self, tx: Tx, command: ChatRate, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """The customer's judgement of a chat that is over. The last one counts, for its ticket too."""
        chat = self._present(tx, command.chat)
        check_rating(chat, actor, now)
        check_room_for_rating(chat.id, chat.size, self._size_max)
        assert chat.ticket is not None, "a closed chat has its ticket"
        comment = command.comment if command.comment is not None and command.comment.strip() else None
        self._tickets.rated(tx, chat.ticket, command.score, comment, now)
        rated = ChatRated(at=rfc3339(now), from_=sender(actor), score=command.score, comment=comment)
        return self._journal.write(tx, chat.id, [rated], now, {}, stamp)[-1]

    def _present(self, tx: Tx, chat: str) -> Chat:
        present = self._journal.chat(tx, chat)
        if present is None:
            raise NotFound
        return present
