"""Canned replies: their fields and limits, and who may use and keep them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from canned_replies.macro import Actions
from identity.actor import Actor

Scope = Literal["own", "team", "all"]
Locale = Literal["en", "fr", "es"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
ENGLISH: Locale = "en"
"""The language of the text that every reply has. It is used if there is none in the customer's language."""

SHORTCUT_MAX = 32
NAME_MAX = 80
TEXT_MAX = 2_000
FILES_MAX = 5
COUNT_MAX: Mapping[Scope, int] = {"own": 100, "team": 200, "all": 200}
"""Maximum number of replies of one person, of one team, and of everybody."""
USES_DAYS = 28
"""Uses are counted over this number of days, today included."""
DAY_MS = 86_400_000

_SHORTCUT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class ReplyFile:
    id: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A text that agents insert into answers. With `actions`, it is a macro, which also changes the ticket.

    `holder` is the id of the staff member for `own`, the key of the team for `team`, and empty for `all`. `texts` has
    at least English. `uses` counts the insertions of USES_DAYS. `files` go with the text.
    """

    id: str
    shortcut: str
    name: str
    scope: Scope
    holder: str
    texts: Mapping[Locale, str]
    created_at: int
    changed_at: int
    version: int = 1
    used_at: int | None = None
    uses: int = 0
    actions: Actions | None = None
    files: Sequence[ReplyFile] = ()

    @property
    def team(self) -> str | None:
        return self.holder if self.scope == "team" else None


@dataclass(frozen=True, slots=True)
class WantedReply:
    """The fields of a reply as somebody sent them. `team` is set for the scope `team` only. A macro may be without a
    text. `files` has ids: of uploads, and of files that the reply has and keeps. None: it keeps all."""

    shortcut: str
    name: str
    scope: Scope
    team: str | None
    texts: Mapping[Locale, str]
    actions: Actions | None = None
    files: Sequence[str] | None = None


def holder_of(by: Actor, scope: Scope, team: str | None) -> str:
    """The holder of a reply that `by` keeps with this scope."""
    return by.id if scope == "own" else (team or "") if scope == "team" else ""


def may_use(by: Actor, reply: CannedReply) -> bool:
    """True if `by` may read the reply. Admins also read the replies of teams, which they keep."""
    if reply.scope == "own":
        return reply.holder == by.id
    return reply.scope == "all" or by.sees(reply.holder) or "admin" in by.roles


def may_keep(by: Actor, scope: Scope, holder: str) -> bool:
    """True if `by` may add, change and remove replies of this scope and holder: agents their own, supervisors those of
    their teams, admins those of all teams and of everybody."""
    if scope == "own":
        return holder == by.id
    if "admin" in by.roles:
        return True
    return scope == "team" and by.role == "supervisor" and by.sees(holder)


def fault_of_shortcut(shortcut: str) -> str | None:
    """A sentence about what is wrong with a shortcut. None if nothing is."""
    if not 1 <= len(shortcut) <= SHORTCUT_MAX:
        return f"1 to {SHORTCUT_MAX} characters."
    if _SHORTCUT.fullmatch(shortcut) is None:
        return "Use small letters, digits and single hyphens, like invoice-finance."
    return None


def by_use(replies: Collection[CannedReply]) -> list[CannedReply]:
    """Most used first, then by shortcut."""
    return sorted(replies, key=lambda one: (-one.uses, one.shortcut, one.id))
