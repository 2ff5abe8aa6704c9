"""The places of the bar on staff pages."""

from __future__ import annotations

import pytest

from widgets.shared.staff_bar import places_of


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        (["agent"], ["chats", "tickets", "figures"]),
        (["agent", "supervisor"], ["chats", "tickets", "floor", "review", "reports", "admin"]),
        (["supervisor"], ["chats", "tickets", "floor", "review", "reports", "admin"]),
        (["author"], ["knowledge"]),
        (["auditor"], ["reports", "admin"]),
        (["admin"], ["reports", "knowledge", "admin"]),
        (["admin", "supervisor"], ["chats", "tickets", "floor", "review", "reports", "knowledge", "admin"]),
        ([], []),
    ],
)
def test_places_are_those_that_the_roles_may_open(roles: list[str], shown: list[str]) -> None:
    assert [place.key for place in places_of({"roles": roles})] == shown


def test_place_of_own_figures_leads_to_the_signed_in_person() -> None:
    (place,) = [place for place in places_of({"roles": ["agent"], "id": "a7"}) if place.key == "figures"]
    assert place.url == "/reports/agents/a7"
