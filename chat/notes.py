"""Notes for staff. A note by a supervisor who is not the agent of the chat is a whisper."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from chat.frames.durable import Note
from chat.frames.people import File
from chat.senders import sender
from clock import rfc3339
from identity.actor import Actor


def noted(
    actor: Actor,
    text: str,
    agent: str | None,
    now: int,
    files: list[File] | UnsetType = UNSET,
    mentions: Sequence[str] = (),
) -> Note:
    """The event for a note that `actor` writes in a chat. `agent` is the chat's agent."""
    whisper = True if actor.role == "supervisor" and actor.id != agent else UNSET
    mentioned = list(dict.fromkeys(mentions)) or UNSET
    return Note(at=rfc3339(now), from_=sender(actor), text=text, files=files, mentions=mentioned, whisper=whisper)
