"""Priority, tags and snooze of a ticket, by which staff sort their work. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import UNSET

from clock import from_rfc3339
from ticketing.ticket import PRIORITIES, Priority, Ticket
from ticketing.wanted import Wanted

TAGS_MAX = 20
"""Tags of one ticket."""
TAG_MAX = 40
"""Characters of one tag."""
SNOOZE_MAX_MS = 366 * 86_400_000
_GAPS = re.compile(r"\s+")
_TAG = re.compile(r"[\w./:+-]+")

Fault = str | None


def tag_of(text: str) -> str | None:
    """The tag as it is stored: lower case, with `-` for white space, without a leading `#`. None if `text` is no tag.

    A tag has letters, digits and `_ - . / : +`.
    """
    plain = unicodedata.normalize("NFC", text).strip().removeprefix("#").lower()
    tag = _GAPS.sub("-", plain.strip())
    return tag if len(tag) <= TAG_MAX and _TAG.fullmatch(tag) else None


def tag_start(text: str) -> str:
    """The text as the beginning of a tag."""
    return _GAPS.sub("-", unicodedata.normalize("NFC", text).strip().removeprefix("#").lower())[:TAG_MAX]


def priority_wanted(ticket: Ticket, wanted: Wanted) -> tuple[Priority, Fault]:
    """The priority after the change. Null resets it to normal."""
    if wanted.priority is UNSET:
        return ticket.priority, None
    asked = wanted.priority or "normal"
    priority = next((known for known in PRIORITIES if known == asked), None)
    if priority is not None:
        return priority, None
    return ticket.priority, f"There is no priority {asked[:40]!r}. Choose one of {', '.join(PRIORITIES)}."


def tags_wanted(ticket: Ticket, wanted: Wanted) -> tuple[tuple[str, ...], Fault]:
    """The tags after the change, in alphabetical order."""
    base: Sequence[str] = ticket.tags if wanted.tags is UNSET else (wanted.tags or ())
    added = () if wanted.add_tags is UNSET else wanted.add_tags
    removed = () if wanted.remove_tags is UNSET else wanted.remove_tags
    kept: set[str] = set()
    for text in (*base, *added):
        tag = tag_of(text)
        if tag is None:
            sentence = f"{text[:80]!r} is not a tag. Use letters, digits and _ - . / : +, at most {TAG_MAX} characters."
            return ticket.tags, sentence
        kept.add(tag)
    kept -= {tag_of(text) for text in removed}
    if len(kept) > TAGS_MAX and len(kept) > len(ticket.tags):
        return ticket.tags, f"A ticket can have {TAGS_MAX} tags, not {len(kept)}."
    return tuple(sorted(kept)), None


def snooze_wanted(before: Ticket, after: Ticket, wanted: Wanted, now: int) -> tuple[int | None, Fault]:
    """The time until which the ticket is snoozed. `after`: the ticket with all other properties changed.

    A snooze ends when the ticket is solved, or gets another assignee or team. Then somebody else must see it.
    """
    if wanted.snoozed_until is UNSET:
        stays = after.status != "solved" and (after.assignee, after.team) == (before.assignee, before.team)
        return before.snoozed_until if stays else None, None
    if wanted.snoozed_until is None:
        return None, None
    try:
        until = from_rfc3339(wanted.snoozed_until)
    except (ValueError, OverflowError):
        return None, f"{wanted.snoozed_until[:40]!r} is not a time. Write it like 2026-11-25T09:00:00.000Z."
    if after.status == "solved":
        return None, "A solved ticket can't be snoozed. Change its status first."
    if until <= now:
        return None, "This time is over. Choose a later one."
    if until > now + SNOOZE_MAX_MS:
        return None, "A ticket can be snoozed for a year at most."
    return until, None
