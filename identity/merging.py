"""Rules for merging customers. Staff merge two customers if they know that both are the same person. Pure.

A merge changes what staff see about a customer. It does not let any token, session or signed identity access more than
before.
"""

from __future__ import annotations

from dataclasses import dataclass

from refusals import Refused

UNDO_MS = 24 * 3_600_000
"""Time in ms for which a merge can be undone."""
MERGED_MAX = 50
"""Maximum number of customer ids that stand for one person."""


@dataclass(frozen=True, slots=True)
class Merge:
    """`person` was merged into `into` at `at` (ms since the epoch, UTC) by the staff member `by`."""

    person: str
    into: str
    by: str
    at: int

    @property
    def undo_until(self) -> int:
        return self.at + UNDO_MS


def check_merge(person: str, into: str, *, proven: bool, into_proven: bool, together: int) -> None:
    """Check that `person` may be merged into `into`. Raises Refused(conflict) if not.

    `proven` is True if `person` is an account, which has proven who the customer is. `into_proven` says the same of
    `into`. `together` is the number of customer ids that would then stand for one person.
    """
    if person == into:
        raise Refused("conflict", "They are already one person.")
    if proven and into_proven:
        raise Refused("conflict", "Both have confirmed who they are. Only the customer can join two accounts.")
    if proven:
        raise Refused("conflict", "This customer has confirmed who they are. Merge the other one into them.")
    if together > MERGED_MAX:
        raise Refused("conflict", f"One person can have at most {MERGED_MAX} merged entries.")


def check_undo(merge: Merge | None, now: int) -> Merge:
    """Check that a merge may be undone, and return it. Raises Refused(conflict) if `merge` is None or too old."""
    if merge is None:
        raise Refused("conflict", "This customer isn't merged into another one.")
    if now > merge.undo_until:
        raise Refused("conflict", "A merge can be undone for 24 hours. This one is older.")
    return merge
