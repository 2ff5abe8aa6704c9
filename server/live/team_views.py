"""A team as it goes over the wire."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class TeamHours(Struct, frozen=True):
    """A team as anyone may know it. Of the two times one is null, both where it never changes; `staffed` is false where
    it is open and nobody has been available for a while."""

    team: str
    name: str
    products: list[str]
    identity: Literal["optional", "required"]
    typing_preview: bool
    open: bool
    staffed: bool
    opens_at: str | None
    closes_at: str | None
    waiting: int
    wait_s: int | None


class StaffTeam(TeamHours, frozen=True):
    """A team as its staff know it."""

    assign: Literal["auto", "offer"]
    wait_target_s: int
    first_reply_s: int
