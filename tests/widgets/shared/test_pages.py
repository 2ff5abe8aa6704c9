"""Templates, pictures, error pages."""

from __future__ import annotations

import pytest

from tests.widgets.conftest import Open
from widgets.shared.pages import own_path, picture, vocabulary


def test_a_picture_shows_two_letters_as_text() -> None:
    """First and last word, whatever the script; markup in a name stays text."""
    assert ">DO<" in picture({"id": "1", "name": "Danielle Okonkwo-Hartley"})
    assert ">田美<" in picture({"id": "1", "name": "田中 美咲 (Misaki Tanaka)"})
    assert ">?<" in picture({"id": "1", "name": "<<< >>>"})


def test_a_picture_keeps_its_hue() -> None:
    """The hue hangs on the person, not on the name: `hueOf` in people.js gives the same for this id."""
    assert "hue-9" in picture({"id": "u-priya", "name": "Priya"})
    assert "hue-9" in picture({"id": "u-priya", "name": "Somebody else"})


@pytest.mark.parametrize(
    ("path", "followed"),
    [
        ("/tickets?status=open", True),
        ("/console#chat=1", True),
        ("//evil.example/", False),
        ("/\\evil.example/", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("/\tx", False),
        ("", False),
    ],
)
def test_only_a_path_of_this_desk_is_followed(path: str, followed: bool) -> None:
    """A link to the sign-in page cannot send people elsewhere afterwards."""
    assert (own_path(path) == path) is followed


def test_the_vocabulary_speaks_the_brand_and_keeps_the_timer_s_code_from_people() -> None:
    """One code carries the brand's name; the one that only the timer sets cannot be chosen."""
    words = vocabulary("Northwind")
    codes = {code["key"]: code for code in words["codes"]}  # type: ignore[attr-defined]
    assert codes["action_needed"]["name"] == "Northwind action needed"
    assert [key for key, code in codes.items() if not code["by_hand"]] == ["auto_solved"]
    assert codes["configuration_request"]["only_product"] == "Lumina"
    assert [status["key"] for status in words["statuses"]] == [  # type: ignore[attr-defined]
        "open", "awaiting_reply", "fixed_pending_rca", "solved",
    ]  # fmt: skip


def test_an_unknown_page_says_so_and_leads_on(pages: Open) -> None:
    """404 is a page with ways out, not a dead end."""
    answer = pages().get("/no-such-page")
    assert answer.status_code == 404
    assert "Page not found" in answer.text and 'href="/"' in answer.text
