"""Stored events of a chat's log."""

from __future__ import annotations

import msgspec

from chat.frames.durable import Durable


class Logged(msgspec.Struct, frozen=True, gc=False):
    """A durable event with its place in the log.

    `body` is the JSON of the event without `chat`, `seq`, `prev` and `id`.

    The last event that a command wrote also describes the command: `person` is the author of the command, `command` is
    its id, and `answer` is the JSON of its `ok` without `chat`, `seq` and `at`.
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
    """The details that staff see with the event (`chat.frames.people.About` as JSON). Not stored."""
    joins: tuple[str, ...] | None = None
    """Ids of one person. Once the event is delivered, each connection that has all of these ids follows the chat. Not
    stored."""

    @property
    def gives_a_chat(self) -> bool:
        """True if the event makes somebody the chat's agent."""
        return self.body.startswith('{"type":"chat.assigned"')

    @property
    def gives_its_writer_a_chat(self) -> bool:
        """True if the event makes its author the chat's agent. A transfer gives the chat to somebody else."""
        return self.gives_a_chat and not self.body.endswith('"by":"transfer"}')


_encoder = msgspec.json.Encoder()


def body_of(event: Durable) -> str:
    return _encoder.encode(event).decode()
