"""The roles of one staff member. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from identity.actor import ROLES, Role
from identity.errors import invalid
from refusals import Refused

_IN_CONVERSATIONS: tuple[Role, ...] = ("supervisor", "agent", "admin", "author", "auditor")
"""The first of these roles that a person has applies in conversations."""


def chosen(names: Iterable[str]) -> tuple[Role, frozenset[Role]]:
    """The first result is the role that applies in conversations, the second has all further roles. Raises
    Refused(invalid) for an unknown role, or if there is no role."""
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in ROLES:
            raise invalid("role", f"There is no role {name[:40]!r}. Choose from {', '.join(ROLES)}.")
    held = [role for role in _IN_CONVERSATIONS if role in wanted]
    if not held:
        raise invalid("role", f"A person needs a role. Choose from {', '.join(ROLES)}.")
    return held[0], frozenset(held[1:])


def check_change(
    by: str, person: str, name: str, before: Collection[Role], after: Collection[Role], other_admins: int
) -> None:
    """Check a change of roles by the person with the id `by`. `other_admins` is the number of other enabled admins.

    Raises Refused(forbidden) for a change of one's own roles, Refused(conflict) if no admin would be left.
    """
    if frozenset(before) == frozenset(after):
        return
    if by == person:
        raise Refused("forbidden", "You can't change your own roles. Ask another admin.")
    if "admin" in before and "admin" not in after and not other_admins:
        raise last_admin(name)


def last_admin(name: str) -> Refused:
    sentence = f"{name} is the last admin. Make somebody else an admin first, then take the role away."
    return Refused("conflict", sentence, {"roles": sentence})
