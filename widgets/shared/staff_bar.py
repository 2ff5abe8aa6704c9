"""The entries of the bar on staff pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

_WORKING = frozenset({"agent", "supervisor"})
_SUPERVISING = frozenset({"supervisor"})
_AUDITING = frozenset({"admin", "auditor"})
_WRITING = frozenset({"author", "admin"})


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the bar. `icon` is the name of an icon in the sprite. `roles` are the roles that may open the page.
    People who also have one of the roles `without` do not get the entry.

    In `url`, `{id}` stands for the id of the signed-in person.

    `count` is the name of a custom element, which shows a number beside the name of the entry. On a page that does not
    define the element, there is no number.
    """

    key: str
    url: str
    name: str
    icon: str
    roles: frozenset[str]
    count: str = ""
    without: frozenset[str] = frozenset()


PLACES: Sequence[Place] = (
    Place("chats", "/console", "Chats", "messages-square", _WORKING, "chat-count"),
    Place("tickets", "/tickets", "Tickets", "ticket", _WORKING),
    Place(
        "figures",
        "/reports/agents/{id}",
        "My day",
        "chart-no-axes-column",
        frozenset({"agent"}),
        "feedback-count",
        without=_SUPERVISING,
    ),
    Place("floor", "/floor", "Floor", "layout-list", _SUPERVISING),
    Place("review", "/review", "Review", "clipboard-check", _SUPERVISING, "review-count"),
    Place("reports", "/reports", "Reports", "chart-no-axes-column", _AUDITING | _SUPERVISING),
    Place("knowledge", "/knowledge", "Knowledge", "file-text", _WRITING),
    Place("admin", "/admin", "Admin", "settings-2", _AUDITING | _SUPERVISING),
)
FIRST_PAGES: Mapping[str, str] = {
    "agent": "/console",
    "supervisor": "/floor",
    "admin": "/admin/people",
    "author": "/knowledge",
    "auditor": "/admin/audit",
}
"""The page on which a new member of staff begins, by the role that applies in conversations."""


def places_of(me: Mapping[str, object]) -> Sequence[Place]:
    """The entries that the signed-in person may open. `me` comes from `widgets.shared.pages.person`."""
    roles = me["roles"]
    assert isinstance(roles, list), "a list of roles"
    return [
        replace(place, url=place.url.replace("{id}", str(me.get("id", ""))))
        for place in PLACES
        if not place.roles.isdisjoint(roles) and place.without.isdisjoint(roles)
    ]
