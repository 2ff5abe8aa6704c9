"""The catalogue of the learning centre: the kinds of resources and of live sessions."""

from __future__ import annotations

from typing import Literal, TypeAlias

ResourceKind: TypeAlias = Literal["document", "video", "course", "quick_card", "recording"]
SessionKind: TypeAlias = Literal["webinar", "class"]


def minutes_in_all(minutes: list[int]) -> tuple[int, int]:
    """Hours and minutes of several things one after the other."""
    return divmod(sum(minutes), 60)
