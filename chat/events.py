"""An event of a chat's log, as it is stored and handed around."""

from __future__ import annotations

import msgspec

from chat.frames import Durable


class Logged(msgspec.Struct, frozen=True, gc=False):
    """One durable event with its place in the log.

    `body` is the event on the wire without `chat`, `seq`, `prev` and `id`. `person` and
    `command` name the command that wrote it (on the last event of a command alone);
    `answer` is what that command's `ok` carried besides `chat`, `seq` and `at`, as JSON.
    """

    chat: str
    seq: int
    public_prev: int
    staff_only: bool
    at: str
    body: str
    person: str | None = None
    command: str | None = None
    answer: str | None = None
    about: bytes | None = None
    """What staff are told beside it (`frames.About` as JSON). Not stored."""
    joins: tuple[str, ...] | None = None
    """Who follows the chat from this event on: the connections known by all of these ids. Not stored: `frames`
    says it of the event."""

    @property
    def gives_a_chat(self) -> bool:
        """Does it make somebody the chat's agent?"""
        return self.body.startswith('{"type":"chat.assigned"')

    @property
    def gives_its_writer_a_chat(self) -> bool:
        """Does it make who wrote it the chat's agent? Who hands a chat on gives it to another."""
        return self.gives_a_chat and not self.body.endswith('"by":"transfer"}')


_encoder = msgspec.json.Encoder()


def body_of(event: Durable) -> str:
    """The event as its `Logged.body`."""
    return _encoder.encode(event).decode()
