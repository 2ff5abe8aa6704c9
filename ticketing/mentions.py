"""Mentions of colleagues in notes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal

from identity.actor import Actor
from ticketing.errors import invalid

MENTIONS_MAX = 20
"""Colleagues whom one note may mention."""


def check_mentions(
    mentioned: Mapping[str, Actor | None],
    team: str,
    names: Callable[[Collection[str]], Mapping[str, str]],
    thing: Literal["ticket", "chat"] = "ticket",
) -> None:
    """Check that everybody whom a note mentions may read it. Raises Refused(`invalid`) if somebody may not.

    `mentioned` are the staff by id, None for who is unknown or can no longer sign in. `team` is that of the ticket or
    chat. `names` gives the names of staff by id.
    """
    others = [id_ for id_, person in mentioned.items() if person is None or not person.sees(team)]
    if not others:
        return
    known = names(others)
    who = " and ".join(dict.fromkeys(known.get(id_, "Somebody") for id_ in others))
    raise invalid({"mentions": f"{who} can't see this {thing}. Take the mention out, or mention somebody of its team."})
