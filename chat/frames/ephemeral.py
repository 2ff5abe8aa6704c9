"""Ephemeral events: they are not stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from msgspec import Struct

from chat.frames.people import About, Sender, Staff


class Ephemeral(Struct, frozen=True, kw_only=True, tag_field="type", rename={"from_": "from"}):
    """An event that is not stored and may be dropped.

    In a send queue, a newer event replaces an older event of the same type, if the fields named in `coalesce` have the
    same values in both.
    """

    coalesce: ClassVar[tuple[str, ...]] = ()


class TypingEvent(Ephemeral, tag="typing", frozen=True, kw_only=True, omit_defaults=True):
    """Somebody started or stopped typing."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat", "from_")
    chat: str
    from_: Sender
    on: bool
    preview: str | None = None


class ReadEvent(Ephemeral, tag="read", frozen=True, kw_only=True):
    """Somebody has read the chat up to the event `upto`."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat", "from_")
    chat: str
    from_: Sender
    upto: int


class PageEvent(Ephemeral, tag="page", frozen=True, kw_only=True):
    """The customer is on another page of the site. Only staff see this."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    from_: Sender
    page: str


class ChatCustomer(Ephemeral, tag="chat.customer", frozen=True, kw_only=True):
    """Staff corrected the customer's name or email address. Only staff see this."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    name: str | None
    email: str | None


class Presence(Ephemeral, tag="presence", frozen=True, kw_only=True):
    """The status of a staff member. `by` says whether the staff member or the system chose the status.

    - `connected`: true if the staff member is connected.
    - `held`: the number of chats that they hold.
    - `free`: the number of their free slots.
    - `paused`: the teams from which they take no new chats.
    - `leaving`: true if they go offline once they hold no chat.
    - `today_by`: the name of the supervisor who changed their capacity or teams for today.
    """

    coalesce: ClassVar[tuple[str, ...]] = ("staff",)
    staff: str
    name: str
    status: str
    reason: str | None
    since: str
    connected: bool
    held: int
    capacity: int
    free: int
    paused: list[str]
    by: Literal["self", "system"] = "self"
    leaving: bool = False
    today_by: str | None = None


class ChatPresence(Ephemeral, tag="chat.presence", frozen=True, kw_only=True):
    """The customer or the agent of a chat (`from`) disconnected or came back."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat", "from_")
    chat: str
    from_: Sender
    connected: bool
    since: str


class ChatOffered(Ephemeral, tag="chat.offered", frozen=True, kw_only=True):
    """A chat is offered to this agent, who can accept it until `expires_at`.

    `words` is the first line of the customer's first message. `next` is the colleague to whom the chat would be offered
    if this agent declined now. It is null if the chat would wait in the queue instead.
    """

    about: About
    expires_at: str
    words: str | None
    next: Staff | None


Withdrawal = Literal["taken", "ended", "passed", "withdrawn", "unanswered", "accepted"]


class ChatWithdrawn(Ephemeral, tag="chat.withdrawn", frozen=True, kw_only=True):
    """An offer ended. `reason` says why. For example, the agent declined the offer, or somebody else took the chat.

    If a colleague transferred the chat by this offer, the colleague gets this event too, with one of these reasons:
    `accepted`, `taken` (by somebody else), `ended` (the chat was closed), or `unanswered` (the chat was requeued).
    """

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    reason: Withdrawal


class ChatWatched(Ephemeral, tag="chat.watched", frozen=True, kw_only=True):
    """The supervisors who watch the reader's chat. `by` is empty once nobody watches it."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    by: list[Staff]


class ReviewFeedback(Ephemeral, tag="review.feedback", frozen=True, kw_only=True):
    """A reviewer wrote feedback on a chat of the reader, whose ticket is `ticket`."""

    coalesce: ClassVar[tuple[str, ...]] = ()
    ticket: int


class InboxChanged(Ephemeral, tag="inbox.changed", frozen=True, kw_only=True):
    """The reader's inbox has a new entry, or entries were read."""

    coalesce: ClassVar[tuple[str, ...]] = ()


class ChatClosing(Ephemeral, tag="chat.closing", frozen=True, kw_only=True):
    """Closing time for a waiting customer. Sent if the team closes soon, or if its closing time has changed.

    - With `decide_by`, the customer can choose until that time.
    - With `waits_until`, the customer keeps their place until that time, as they chose.
    - With neither, the customer continues to wait as before.
    """

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    decide_by: str | None
    waits_until: str | None
    default: Literal["ticket"] = "ticket"


class ChatSilent(Ephemeral, tag="chat.silent", frozen=True, kw_only=True):
    """The customer has been silent for a while. `step` 1 is a reminder, `step` 2 a warning."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    ends_at: str
    step: int


class QueuePosition(Ephemeral, tag="queue.position", frozen=True, kw_only=True):
    """The customer's position in the queue, from 1. `wait_s` is null if the wait cannot be estimated."""

    coalesce: ClassVar[tuple[str, ...]] = ("chat",)
    chat: str
    position: int
    wait_s: int | None


class QueueState(Struct, frozen=True):
    """One team's queue. `next` is the chat at the head of the queue.

    `longest_wait_s` is the longest wait of a customer, including the wait before the chat joined this queue. `queued_s`
    is the longest time that a chat has been in this queue.
    """

    team: str
    waiting: int
    longest_wait_s: int
    queued_s: int
    available: int
    free_seats: int
    next: str | None


class Queues(Ephemeral, tag="queues", frozen=True, kw_only=True):
    """The queues of the reader's teams."""

    coalesce: ClassVar[tuple[str, ...]] = ()
    queues: list[QueueState]


class HoursEvent(Ephemeral, tag="hours", frozen=True, kw_only=True):
    """The present state of the reader's teams. Sent after a change. `teams` is as in the `ok` to `hello`."""

    coalesce: ClassVar[tuple[str, ...]] = ()
    teams: Sequence[Any]


class Bye(Ephemeral, tag="bye", frozen=True, kw_only=True):
    """The server shuts down. The client should reconnect after `retry_after_s` seconds."""

    reason: Literal["shutdown", "restart", "overload"]
    retry_after_s: float


class Limits(Struct, frozen=True):
    """The limits of the server, in the `ok` to `hello`."""

    frame: int
    text: int
    files: dict[str, Any]
    commands_per_10s: int
    chats_per_hour: int
