"""The changes that a macro makes to a ticket, besides its text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from msgspec import Meta, Struct

_Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\u0000]*$")]
_Tag = Annotated[str, Meta(max_length=200)]


class Actions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The changes of a macro. What is null or empty stays as it is. `take`: the ticket is assigned to whoever uses the
    macro."""

    status: _Key | None = None
    resolution: _Key | None = None
    team: _Key | None = None
    priority: _Key | None = None
    add_tags: Annotated[list[_Tag], Meta(max_length=20)] = []
    take: bool = False

    @property
    def present(self) -> bool:
        return self != Actions()


Check = Callable[[Actions, str | None], Mapping[str, str]]
"""A sentence for each action that no ticket could get. The second argument is the team that uses the macro, None for
all teams."""


Normalise = Callable[[Actions], Actions]
"""The actions as they are stored."""


def as_given(actions: Actions) -> Actions:
    """The normaliser of a program that has no tickets."""
    return actions


def anything(_actions: Actions, _team: str | None) -> Mapping[str, str]:
    """The check of a program that has no tickets."""
    return {}
