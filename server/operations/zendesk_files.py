"""Says what is in the files of a Zendesk export, by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["tickets", "fields", "comments", "users", "organizations", "groups", "other"]
_OTHERS = re.compile(
    r"field|follower|merge|incident|metric|audit|form|event|membership|identit|view|macro|trigger|deleted|suspended"
    r"|satisfaction|skip|tags"
)
_KINDS: Mapping[str, Kind] = {
    "comment": "comments",
    "ticket": "tickets",
    "organi": "organizations",
    "user": "users",
    "group": "groups",
}
_ATTACHMENTS = ("attachment", "attachments")
"""Folders of attachments. Other folders, such as `zendesk-with-attachments`, may hold the export itself."""
_NAMES_MAX = 10
_BY_HAND = "add them here by hand"
_REASONS: Mapping[str, str] = {
    "macro": _BY_HAND,
    "trigger": _BY_HAND,
    "automation": _BY_HAND,
    "view": _BY_HAND,
    "sla": _BY_HAND,
    "field": _BY_HAND,
    "form": _BY_HAND,
    "satisfaction": "ratings are taken from the tickets",
    "suspended": "Zendesk held them back as spam",
    "deleted": "they were deleted there",
    "article": "`switchboard articles import --from-zendesk` takes them",
    "section": "`switchboard articles import --from-zendesk` takes them",
    "categor": "`switchboard articles import --from-zendesk` takes them",
}
_NO_PLACE = "there is no import for it. Keep the export"


def kind_of(name: str) -> Kind:
    """The kind of rows in a file, by its name, like `tickets.json` and `ticket_comments/35.json`. Attachments are
    "other" whatever their names, because customers choose these."""
    for part in () if _is_attached(name) else _parts(name):
        if re.fullmatch(r"(.*[^a-z])?ticket[-_ ]?fields?", part):
            return "fields"
        if _OTHERS.search(part):
            return "other"
        for start, kind in _KINDS.items():
            if start in part:
                return kind
    return "other"


def not_imported(names: Iterable[str]) -> Iterator[str]:
    """A remark for each reason why some of these files are not imported. A folder with a file for each ticket counts
    as one."""
    by_reason = defaultdict[str, set[str]](set)
    for name in names:
        if kind_of(name) == "other" and not _is_attached(name):
            called = next((part for part in _parts(name) if not part.isdecimal()), name)
            reason = next((why for start, why in _REASONS.items() if start in called), _NO_PLACE)
            by_reason[reason].add(called)
    for reason, found in by_reason.items():
        some = ", ".join(sorted(found)[:_NAMES_MAX])
        more = f" and {len(found) - _NAMES_MAX} more" if len(found) > _NAMES_MAX else ""
        yield f"not imported: {some}{more}: {reason}"


def _is_attached(name: str) -> bool:
    return any(folder in _ATTACHMENTS for folder in _parts(name)[1:])


def _parts(name: str) -> list[str]:
    """The parts of a path without its suffix, last first."""
    return list(reversed(PurePosixPath(name.lower()).with_suffix("").parts))
