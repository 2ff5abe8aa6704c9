"""A desk's settings for reviews. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from reviews.entry import ALWAYS, DEFAULT_RULES, RULES, Rule
from reviews.sample import SHARE
from reviews.scorecard import ROWS_MAX, Row, RowWanted

Card = Literal["sample", "all"]
"""The tickets whose review has a scorecard. `sample`: only tickets of the sample. `all`: all tickets in the review."""
Share = Annotated[int, Meta(ge=0, le=100)]


class ReviewSettings(Struct, frozen=True):
    """How tickets are chosen for review. `rows` is the scorecard. `share` is the percentage of each agent's tickets in
    the sample. `rules` are the rules that choose tickets besides the sample."""

    rows: list[Row]
    share: int = SHARE
    rules: list[Rule] = field(default_factory=lambda: in_force(DEFAULT_RULES))
    card: Card = "sample"


class SettingsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of the settings. Absent fields keep their value. `rows` replaces the whole scorecard."""

    rows: Annotated[list[RowWanted], Meta(max_length=ROWS_MAX)] | None = None
    share: Share | None = None
    rules: Annotated[list[Rule], Meta(max_length=len(RULES))] | None = None
    card: Card | None = None


def in_force(rules: Collection[Rule]) -> list[Rule]:
    """`rules` and the rules that cannot be switched off, in the order of RULES."""
    return [rule for rule in RULES if rule in rules or rule in ALWAYS]
