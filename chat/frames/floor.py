"""The floor of a supervisor, and its alarms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from msgspec import Struct

from chat.frames.ephemeral import Ephemeral
from chat.frames.fields import AlarmKind
from chat.frames.people import Staff


class Alarm(Ephemeral, tag="alarm", frozen=True, kw_only=True, omit_defaults=True):
    """A problem that needs a supervisor. It began at `since`. `over` is true once it has ended.

    If the problem concerns a chat, `customer` is the customer's name. `staff` is the agent who is gone or owes a reply.
    `had_by` is the supervisor who takes care of it, since `had_at`. Until `muted_until` the alarm makes no sound.
    """

    kind: AlarmKind
    team: str
    since: str
    chat: str | None = None
    customer: str | None = None
    staff: Staff | None = None
    had_by: Staff | None = None
    had_at: str | None = None
    muted_by: Staff | None = None
    muted_until: str | None = None
    over: bool = False


class FloorChat(Struct, frozen=True):
    """A chat that an agent holds or is offered. `chat`, `team` and `customer` are null if its team is not the reader's.

    `state` says what the chat waits for: the agent's first response (`owed`), a further response (`waiting_for_agent`),
    the customer (`waiting_for_customer`), or the agent's answer to the offer (`offered`). `since` is the start of this
    state. `unanswered_since` is the start of the customer's wait, which goes on if the chat gets another agent. Null
    while the customer does not wait.
    """

    chat: str | None
    team: str | None
    customer: str | None
    state: Literal["owed", "waiting_for_agent", "waiting_for_customer", "offered"]
    since: str
    unanswered_since: str | None


class FloorAgent(Struct, frozen=True):
    """An agent on the floor. `teams` has only teams of the reader.

    - `role`: supervisors are on the floor while they take chats.
    - `since`: the start of the status. For available agents it is the time at which they connected after a minute or
      longer without a connection, if that is later.
    - `gone_since`: when they lost their last connection. Null while they are connected.
    - `free`: their free slots. `taken`: the slots that are taken, which may be more than `capacity`. `wrapping_up`:
      slots that closed chats still take.
    - `handled`: their chats of the reader's teams that ended today. `rating`: the average rating of these chats, null
      without a rating.
    - `today_by`: the name of the supervisor who changed their capacity or teams for today. `today_changed`: what the
      supervisor changed.
    """

    staff: str
    name: str
    role: Literal["agent", "supervisor"]
    teams: list[str]
    status: Literal["available", "away", "offline"]
    reason: str | None
    since: str
    by: Literal["self", "system"]
    connected: bool
    gone_since: str | None
    capacity: int
    free: int
    taken: int
    wrapping_up: int
    paused: list[str]
    chats: list[FloorChat]
    handled: int
    rating: float | None
    today_by: str | None = None
    today_changed: Sequence[Literal["capacity", "teams"]] = ()


class FloorTeam(Struct, frozen=True):
    """A team on the floor.

    - `longest_wait_s`: the longest wait in the team's queue now. `target_s`: the team's target for waits.
    - `within_target`: the share, from 0 to 1, of the first responses of the last hour that came within `target_s`. A
      customer who still waits for longer counts as not within it. Null if there is no such customer and no response.
    - `waits`: the longest wait for a first response, in seconds, for each of the last twelve five-minute spans. Null
      for a span without a first response.
    - `answered`: chats that got a first response today. `abandoned`, `missed`: chats that ended in this way today.
    - `available`: agents who take new chats of the team. `away`: the team's other connected agents.
    - `seats`: the slots of available agents. `seats_taken`: how many of these slots are taken.
    - `agent_grace_s`: after this time without a connection, an agent's chats are requeued.
    """

    team: str
    name: str
    open: bool
    opens_at: str | None
    closes_at: str | None
    waiting: int
    longest_wait_s: int
    target_s: int
    within_target: float | None
    waits: list[int | None]
    answered: int
    abandoned: int
    missed: int
    available: int
    away: int
    seats: int
    seats_taken: int
    agent_grace_s: int


class Floor(Ephemeral, tag="floor", frozen=True, kw_only=True):
    """The floor of the reader's teams, or what has changed on it since the version `after`.

    If `after` is 0, the frame is whole and replaces everything. Otherwise it has the teams and agents that are new or
    have changed, and in `gone` the agents who left. A reader that does not have the version `after` sends
    `floor.follow` to get a whole floor.
    """

    coalesce: ClassVar[tuple[str, ...]] = ()
    version: int
    after: int
    as_of: str
    teams: list[FloorTeam]
    agents: list[FloorAgent]
    gone: list[str]
