"""A team, as customers and staff see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct


class TeamOpening(Struct, frozen=True):
    """The fields of a team that change only with presence and time."""

    team: str
    name: str
    topic: str
    topics: Mapping[str, str]
    default: bool
    products: list[str]
    identity: Literal["optional", "required"]
    typing_preview: bool
    open: bool
    staffed: bool
    opens_at: str | None
    closes_at: str | None
    closure: str | None


class TeamHours(TeamOpening, frozen=True):
    """A team, as anyone may see it.

    `opens_at` is null while the team is open, `closes_at` while it is closed. Both are null if the team never opens or
    never closes. `topic` says in customers' words what the team helps with, and `topics` has its translations by
    language. `default` is true for the team of customers who do not know whom to ask. `staffed` is false if the team is
    open, but no agent has been available for a while or at any time today. `closure` is the name of the days off before
    the next opening, from the hours file.
    """

    waiting: int
    wait_s: int | None


class StaffTeam(TeamHours, frozen=True):
    """A team as its staff see it."""

    assign: Literal["auto", "offer"]
    wait_target_s: int
    first_reply_s: int
    next_reply_s: int
    wrap_up_s: int
