"""Redaction of texts: permission, time limit, and the redacted event. Pure."""

from __future__ import annotations

from msgspec import UNSET, ValidationError, json, structs

from chat.conversation import Chat
from chat.events import Logged, body_of
from chat.frames.durable import ChatStarted, Message, Note
from clock import from_rfc3339
from identity.actor import Actor
from refusals import Refused, invalid

REGRET_MS = 5 * 60_000
"""People can redact their own texts for this long (ms)."""

_said: json.Decoder[Message | Note] = json.Decoder(Message | Note)
_started = json.Decoder(ChatStarted)


def visible(event: Logged | None, actor: Actor) -> Logged:
    """`event`, if `actor` may see it. Raises Refused(not_found) if not, or if there is no event."""
    if event is None or (event.staff_only and actor.kind != "staff"):
        raise Refused("not_found", "This message isn't in this chat.")
    return event


def said_in(event: Logged) -> Message | Note:
    """The message or note in this event. Raises Refused(`invalid`) if the event is neither."""
    try:
        return _said.decode(event.body)
    except ValidationError:
        raise invalid("of", "Only messages and notes can be removed.") from None


def check_redaction(said: Message | Note, chat: Chat, actor: Actor, now: int) -> None:
    """Check that `actor`, a party of the chat, may redact this text now.

    Raises Refused: `forbidden` if the actor may not, `conflict` if the text is already redacted.
    """
    if not (actor.role == "supervisor" and actor.sees(chat.team)):
        if not is_own(said, actor):
            raise Refused("forbidden", "Only its author or a supervisor of the team can remove a message.")
        if now - from_rfc3339(said.at) > REGRET_MS:
            raise Refused(
                "forbidden", "You wrote this more than 5 minutes ago. Ask a supervisor of the team to remove it."
            )
    if said.text is None:
        raise Refused("conflict", "It has already been removed.")


def is_own(said: Message | Note, actor: Actor) -> bool:
    """True if the actor wrote this text.

    A customer's ids are not compared: a chat has only one customer, who may have written under several ids.
    """
    return said.from_.kind == actor.kind and (actor.kind == "customer" or said.from_.id == actor.id)


def emptied(event: Logged, said: Message | Note) -> Logged:
    """The event without its text and files."""
    if isinstance(said, Message):
        return structs.replace(event, body=body_of(structs.replace(said, text=None, files=[], redacted=True)))
    return structs.replace(event, body=body_of(structs.replace(said, text=None, files=UNSET, redacted=True)))


def files_in(said: Message | Note) -> tuple[str, ...]:
    """The ids of the files of a message or note."""
    return () if said.files is UNSET else tuple(file.id for file in said.files)


def without_subject(event: Logged, line: str) -> Logged | None:
    """The chat's first event without its subject. None if the subject is not `line`: then nothing changes."""
    started = _started.decode(event.body)
    if started.subject != line:
        return None
    return structs.replace(event, body=body_of(structs.replace(started, subject=None)))
