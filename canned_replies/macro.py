"""The changes that a macro makes to a ticket, besides its text. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, TypeVar

from msgspec import Meta, Struct

Tx = TypeVar("Tx")
_Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\u0000]*$")]
_Tag = Annotated[str, Meta(max_length=200)]
_FieldKey = Annotated[str, Meta(max_length=40, pattern=r"^[^\u0000]*$")]
_FieldValue = (
    Annotated[str, Meta(max_length=2_000)]
    | int
    | float
    | bool
    | Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=100)]
)


class Actions(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The changes of a macro. What is null or empty stays as it is. `take`: the ticket is assigned to whoever uses the
    macro. `custom_fields`: values of custom fields by their keys."""

    status: _Key | None = None
    resolution: _Key | None = None
    team: _Key | None = None
    priority: _Key | None = None
    add_tags: Annotated[list[_Tag], Meta(max_length=20)] = []
    take: bool = False
    custom_fields: Annotated[dict[_FieldKey, _FieldValue], Meta(max_length=100)] = {}

    @property
    def present(self) -> bool:
        return self != Actions()


Check = Callable[[Tx, Actions, str | None], Mapping[str, str]]
"""A sentence for each action that no ticket could get. The last argument is the team that uses the macro, None for all
teams."""


Normalise = Callable[[Actions], Actions]
"""The actions as they are stored."""


def as_given(actions: Actions) -> Actions:
    """The normaliser of a program that has no tickets."""
    return actions


def anything(_tx: object, _actions: Actions, _team: str | None) -> Mapping[str, str]:
    """The check of a program that has no tickets."""
    return {}
