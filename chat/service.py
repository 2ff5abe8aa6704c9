"""Commands that change a conversation: start, write, wait, end, redact, rate.

Each method is the body of one transaction. `tx` is opaque, `now` is in ms since the epoch, UTC. A refusal is raised as
`refusals.Refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from msgspec import UNSET

from chat.closing_time import staying
from chat.conversation import WAITING, Chat, State, Verb, check, check_rating, clocks_after_message
from chat.errors import NotFound
from chat.events import Logged, body_of
from chat.frames.commands import MessageRedact, MessageSend
from chat.frames.customer_commands import ChatEnd, ChatRate, ChatStart, ChatWait
from chat.frames.durable import (
    ChatClosed,
    ChatRated,
    ChatStarted,
    ChatWaiting,
    Durable,
    Message,
    MessageRedacted,
    NoteRedacted,
)
from chat.frames.people import File
from chat.frames.staff_commands import ChatClose, NoteAdd
from chat.notes import noted
from chat.numbering import Append
from chat.ports import (
    ChatChanges,
    EndedChat,
    Ending,
    Files,
    Held,
    Journal,
    Opened,
    Redaction,
    Stamp,
    Tickets,
    Traces,
    Tx,
)
from chat.redaction import check_redaction, emptied, files_in, is_own, said_in, visible, without_subject
from chat.senders import sender
from chat.size import SIZE_MAX, check_room, check_room_for_rating
from chat.starting import Joining, Surroundings
from chat.typed_texts import check_line, check_text, masks
from chat.unseen import check_seen
from clock import rfc3339
from identity.actor import SYSTEM, Actor
from refusals import Refused
from texts.card_numbers import masked
from texts.visible import shows_something

_FIRST_MESSAGE = 2
"""The `seq` of the first message in every chat. `chat.started` comes before it and has the `seq` 1."""
_AUTOMATIC: dict[Literal["abandoned", "missed", "silent"], Verb] = {
    "abandoned": "abandon",
    "missed": "miss",
    "silent": "silence",
}
"""The endings that no command causes. Each has the verb that is checked before the chat ends."""


def _claimed(
    tx: Tx, files: Files | None, ids: Sequence[str], actor: Actor, chat: str, now: int, *, staff_only: bool = False
) -> list[File]:
    return files.claim(tx, ids, actor, f"chat:{chat}", staff_only=staff_only, now=now) if files and ids else []


def first_line(text: str) -> str:
    """The first line of `text` that has something visible, cut to 200 characters. Empty if there is none."""
    return next((line.strip() for line in text.splitlines() if shows_something(line)), "")[:200]


# -- through the journal's lane, without a transaction of their own -------------------------


def send(command: MessageSend, actor: Actor, now: int, origin: object) -> Append:
    """A message for the lane. The lane's transaction decides whether the message is allowed."""
    check_text(command.text)
    at = rfc3339(now)
    body = body_of(Message(at=at, from_=sender(actor), text=command.text, files=[]))
    return Append(command.chat, actor, command.id, False, now, at, body, None, origin)


def note(command: NoteAdd, actor: Actor, now: int, origin: object) -> Append:
    """A note for the lane.

    If a supervisor who is not the chat's agent wrote the note, it is stored as a whisper.
    """
    check_text(command.text)
    by_agent, by_other = (noted(actor, command.text, agent, now) for agent in (actor.id, None))
    whisper = body_of(by_other) if by_other.whisper else None
    return Append(command.chat, actor, command.id, True, now, by_agent.at, body_of(by_agent), whisper, origin)


# -- one transaction each ------------------------------------------------------------------


class Conversations:
    """Starts, changes and ends chats.

    `wrap_up_ms(team)` is the time in ms for which a closed chat still takes a slot of its agent. If a chat has
    `size_max` bytes or more, messages of its customer are refused. The customer can still end and rate the chat.
    """

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

    def hold(self, tx: Tx, chat: str) -> Held | None:
        """Lock a chat until the transaction ends. None if it does not exist."""
        return self._journal.hold(tx, chat)

    def chat(self, tx: Tx, chat: str) -> Chat | None:
        """The chat, for callers that do not change it. None if it does not exist. Locks the chat until the transaction
        ends."""
        held = self._journal.hold(tx, chat)
        return held.chat if held is not None else None

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
        files: Files | None = None,
    ) -> Logged:
        """Open a chat in the queue of `command.team`. If the command has files, `files` must be given."""
        check_text(command.text)
        if command.ticket is not None:
            self._tickets.may_start_about(tx, actor, command.ticket)
        text, subject = masked(command.text), masked(check_line(command.subject, "subject"))
        held = self._journal.open(
            tx,
            Opened(
                id=new_id(), team=command.team, customer=actor.customer, customer_ids=actor.ids,
                name=actor.name, email=actor.email, verified=actor.verified,
                product=command.product, subject=subject,
                first_line=first_line(text), page=around.page,
                referrer=around.referrer, locale=around.locale, timezone=around.timezone,
                user_agent=around.user_agent, at=now, about=command.ticket,
                priority=joining.priority, preferred=joining.preferred, behind=joining.behind,
            ),
        )  # fmt: skip
        hung = _claimed(tx, files, command.files, actor, held.chat.id, now)
        at, who = rfc3339(now), sender(actor)
        events: list[Durable] = [
            ChatStarted(
                at=at, from_=who, team=command.team, product=command.product, subject=subject,
                name=actor.name, email=actor.email, verified=actor.verified,
                fields={name: masked(value) for name, value in (command.fields or {}).items()},
                page=around.page, locale=around.locale,
            ),
            Message(at=at, from_=who, text=text, files=hung),
        ]  # fmt: skip
        wait_s = joining.wait_s(position := held.queue_position())
        answer = {"state": "queued", "position": position, "wait_s": wait_s, **masks(command.text)}
        return held.write(events, now, ChatChanges(told_wait_s=wait_s), stamp, answer)[-1]

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
        """Send a message with files or a card number. With files, the text may be empty."""
        if command.text or not command.files:
            check_text(command.text)
        held = self._held(tx, command.chat)
        chat = held.chat
        check("send", chat, actor)
        if actor.kind == "customer":
            check_room(chat.id, chat.size, self._size_max)
        hung = _claimed(tx, files, command.files, actor, chat.id, now)
        clocks = clocks_after_message(
            held.clocks, by_customer=actor.kind == "customer", at=now, silent_ms=silent_ms(chat.team)
        )
        event = Message(at=rfc3339(now), from_=sender(actor), text=masked(command.text), files=hung)
        return held.write([event], now, ChatChanges(clocks=clocks), stamp, masks(command.text))[-1]

    def note_with_files(self, tx: Tx, command: NoteAdd, files: Files, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Add a note with files, with mentions, or with a card number, which is masked. The text may be empty if there
        are files."""
        if command.text or not command.files:
            check_text(command.text)
        held = self._held(tx, command.chat)
        check("note", held.chat, actor)
        hung = _claimed(tx, files, command.files, actor, command.chat, now, staff_only=True)
        event = noted(actor, masked(command.text), held.chat.agent, now, hung, command.mentions)
        return held.write([event], now, stamp=stamp, answer=masks(command.text))[-1]

    def wait(
        self, tx: Tx, command: ChatWait, actor: Actor, drain_ms: Callable[[str], int], now: int, stamp: Stamp
    ) -> Logged:
        """Keep the customer's place in the queue past closing time, because the customer chose this. Raises
        Refused(`conflict`) if the team does not close soon.

        `drain_ms(team)` is the time after closing in which the team still answers.
        """
        held = self._held(tx, command.chat)
        chat = held.chat
        check("wait", chat, actor)
        check_room(chat.id, chat.size, self._size_max)
        asked = staying(held.asked, drain_ms(chat.team))
        if asked.due_at is None:
            raise Refused("conflict", "The team isn't closing soon, so you keep your place in line.")
        event = ChatWaiting(at=rfc3339(now), from_=sender(actor), until=rfc3339(asked.due_at))
        return held.write([event], now, ChatChanges(asked=asked), stamp)[-1]

    # -- ended ----------------------------------------------------------------------------------

    def end(self, tx: Tx, command: ChatEnd, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """The customer ends the chat or leaves the queue. The ticket is open and keeps the chat's agent."""
        held = self._held(tx, command.chat)
        check("end", held.chat, actor)
        ending: Ending = "abandoned" if held.chat.state in WAITING else "ended"
        return self._close(tx, held, replace(held.ended(actor, now), ending=ending), stamp)

    def close(
        self,
        tx: Tx,
        command: ChatClose,
        actor: Actor,
        now: int,
        stamp: Stamp,
        check_product: Callable[[str, str], None] = lambda product, team: None,
    ) -> Logged:
        """End the chat as its agent or a supervisor, with their choices for the ticket. `check_product` may raise."""
        held = self._held(tx, command.chat)
        check("close", held.chat, actor)
        if command.seen is not None:
            check_seen(held.events_after(command.seen))
        if command.note is not None:
            check_text(command.note, "note")
        known = held.ended(actor, now)
        team = command.team or known.team
        keeps_agent = actor.sees(team) if actor.id == known.agent else team == known.team
        if command.product is not None:
            check_product(command.product, team)
        ended = replace(
            known, team=team, product=command.product or known.product,
            subject=masked(check_line(command.subject, "subject")) or known.subject,
            agent=known.agent if keeps_agent else None,  # outside their teams they could not open it
            ending="closed", outcome=command.outcome, note=masked(command.note),
        )  # fmt: skip
        return self._close(tx, held, ended, stamp)

    def void(self, tx: Tx, chat: str, actor: Actor, now: int) -> None:
        """End an open chat as abuse. If this creates a new ticket, the ticket is solved as void.

        Does nothing if the chat is closed already. The customer does not learn who ended the chat.
        """
        held = self._held(tx, chat)
        if held.chat.state == "closed":
            return
        check("void", held.chat, actor)
        by = actor if actor.id == held.chat.agent else SYSTEM
        self._close(tx, held, replace(held.ended(actor, now), ending="void"), None, by)

    def end_by_rule(
        self, tx: Tx, chat: str, why: str, by: Actor, author: Actor, outcome: object, now: int
    ) -> int | None:
        """End an open chat because the rule `by` says so. `author` says `why` to the customer. `outcome`: the change to
        the ticket. Returns the number of the ticket; None if the chat is closed already."""
        held = self._held(tx, chat)
        if held.chat.state == "closed":
            return None
        check("void", held.chat, by)
        check_text(why)
        ended = replace(held.ended(by, now), ending="rule", outcome=outcome)
        said = Message(at=rfc3339(now), from_=sender(author), text=why, files=[])
        self._close(tx, held, ended, None, replace(author, name=None), said)
        return held.chat.ticket

    def miss(self, tx: Tx, chat: str, now: int) -> bool:
        """End a chat as missed, because no agent took it in time. False if the chat is no longer waiting."""
        return self._end_by_system(tx, chat, WAITING, "missed", now)

    def abandon(self, tx: Tx, chat: str, now: int) -> bool:
        """End a chat whose customer left the queue. False if the chat is no longer waiting."""
        return self._end_by_system(tx, chat, WAITING, "abandoned", now)

    def fall_silent(self, tx: Tx, chat: str, now: int) -> bool:
        """End a chat whose customer was silent for too long. False if the chat is no longer active."""
        return self._end_by_system(tx, chat, ("active",), "silent", now)

    def _end_by_system(
        self,
        tx: Tx,
        chat: str,
        states: tuple[State, ...],
        ending: Literal["abandoned", "missed", "silent"],
        now: int,
    ) -> bool:
        held = self._journal.hold(tx, chat)
        if held is None or held.chat.state not in states:
            return False
        check(_AUTOMATIC[ending], held.chat, SYSTEM)
        ended = replace(held.ended(SYSTEM, now), ending=ending)
        if ending == "missed":
            # The ticket's wait began when the chat first joined a queue.
            ended = replace(ended, waiting_since=held.chat.queued_at)
        self._close(tx, held, ended, None)
        return True

    def _close(
        self,
        tx: Tx,
        held: Held,
        ended: EndedChat,
        stamp: Stamp | None,
        said_by: Actor | None = None,
        last: Message | None = None,
    ) -> Logged:
        """`said_by`: whom the event names, if not `ended.by`. `last`: a message right before the end."""
        chat = held.chat
        ticket = self._tickets.open_for(tx, ended)
        by = sender(said_by or ended.by)
        reason = "closed" if ended.ending == "void" or ended.ending == "rule" else ended.ending
        event = ChatClosed(
            at=rfc3339(ended.at), from_=by, ticket=ticket.number, status=ticket.status,
            resolution=ticket.resolution, reason=reason, by=by,
        )  # fmt: skip
        wrap_up_ms = self._wrap_up_ms(chat.team)
        changes = ChatChanges(
            state="closed", closed_at=ended.at, closed_reason=reason, ticket=ticket.number, left_due_at=None,
            clocks=held.clocks._replace(silent_due_at=None, reply_owed_since=None), offer=None,
            wrap_up_until=ended.at + wrap_up_ms if chat.agent is not None and wrap_up_ms else UNSET,
        )  # fmt: skip
        answer = {"ticket": ticket.number} if stamp else None
        return held.write([*([last] if last else []), event], ended.at, changes, stamp, answer)[-1]

    def redact(self, tx: Tx, command: MessageRedact, traces: Traces, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Remove a text for good, in an open or closed chat. The event keeps its place in the log."""
        held = self._held(tx, command.chat)
        chat = held.chat
        check("redact", chat, actor)
        event = visible(held.event(command.of), actor)
        said = said_in(event)
        check_redaction(said, chat, actor, now)
        check_text(command.reason, "reason")
        line = first_line(said.text or "")
        rewritten = [emptied(event, said)]
        started = held.event(1)
        renamed = without_subject(started, line) if started is not None and line else None
        if renamed is not None:
            rewritten.append(renamed)
        changes = ChatChanges(
            first_line=None if event.seq == _FIRST_MESSAGE else UNSET,
            subject=None if renamed is not None else UNSET,
        )
        # A supervisor reads along unseen, so the event does not name them.
        who = sender(actor if is_own(said, actor) else SYSTEM)
        kind = NoteRedacted if event.staff_only else MessageRedacted
        redacted = kind(at=rfc3339(now), from_=who, of=event.seq)
        (written,) = held.write([redacted], now, changes, stamp, rewritten=rewritten)
        traces.wipe(tx, Redaction(chat, event.seq, line, files_in(said), command.reason.strip(), actor, now))
        return written

    def rate(self, tx: Tx, command: ChatRate, actor: Actor, now: int, stamp: Stamp) -> Logged:
        """Store the customer's rating with a closed chat and with its ticket, in place of an earlier rating."""
        held = self._held(tx, command.chat)
        chat = held.chat
        check_rating(chat, actor, now)
        check_room_for_rating(chat.id, chat.size, self._size_max)
        assert chat.ticket is not None, "a closed chat has its ticket"
        comment = masked(command.comment) if command.comment is not None and command.comment.strip() else None
        self._tickets.rated(tx, chat.ticket, command.score, comment, now)
        rated = ChatRated(at=rfc3339(now), from_=sender(actor), score=command.score, comment=comment)
        return held.write([rated], now, stamp=stamp)[-1]

    def _held(self, tx: Tx, chat: str) -> Held:
        held = self._journal.hold(tx, chat)
        if held is None:
            raise NotFound
        return held
