"""Templates, pictures, error pages."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from identity.actor import Actor
from tests.widgets.conftest import Open
from widgets.shared.pages import own_path, page, picture, vocabulary

PRIYA = Actor("staff", "u1", "Priya", role="agent")


def test_avatar_shows_two_initials_as_text() -> None:
    """Of the first and last word, in any script. Markup in a name stays text."""
    assert ">DO<" in picture({"id": "1", "name": "Danielle Okonkwo-Hartley"})
    assert ">田美<" in picture({"id": "1", "name": "田中 美咲 (Misaki Tanaka)"})
    assert ">?<" in picture({"id": "1", "name": "<<< >>>"})


def test_avatar_keeps_its_hue_when_the_name_changes() -> None:
    """The hue depends on the person's id: `hueOf` in people.js gives the same value."""
    assert "hue-9" in picture({"id": "u-priya", "name": "Priya"})
    assert "hue-9" in picture({"id": "u-priya", "name": "Somebody else"})


def test_picture_without_id_has_no_color_that_could_differ_elsewhere() -> None:
    drawn = picture({"name": "Priya Raman", "email": "priya@support.example"})
    assert "gray" in drawn
    assert "hue" not in drawn


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
        pytest.param(f"/tickets?q={'x' * 1_000}", False, id="too long"),
    ],
)
def test_sign_in_follows_only_a_path_of_this_desk(path: str, followed: bool) -> None:
    """A link to the sign-in page cannot send people to another site afterwards."""
    assert (own_path(path) == path) is followed


def test_vocabulary_has_the_brand_and_hides_the_timer_code() -> None:
    """One code has the brand's name. The code that only the timer sets cannot be chosen."""
    words = vocabulary("Northwind")
    codes = {code["key"]: code for code in words["codes"]}  # type: ignore[attr-defined]
    assert codes["action_needed"]["name"] == "Northwind action needed"
    assert [key for key, code in codes.items() if not code["by_hand"]] == ["auto_solved"]
    assert codes["configuration_request"]["only_product"] == "Lumina"
    assert [status["key"] for status in words["statuses"]] == [  # type: ignore[attr-defined]
        "open", "awaiting_reply", "fixed_pending_rca", "solved",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "ways", "other"),
    [(None, ['href="/"', "Help Center"], "/console"), (PRIYA, ['href="/console"', 'href="/tickets"'], "Help Center")],
    ids=["customer", "staff"],
)
def test_unknown_page_is_a_404_with_ways_out(pages: Open, actor: Actor | None, ways: list[str], other: str) -> None:
    """Customers are led to the Help Center, staff to their chats and tickets."""
    answer = pages(actor=actor).get("/no-such-page")
    assert answer.status_code == 404 and "Page not found" in answer.text
    assert all(way in answer.text for way in ways) and other not in answer.text


def test_value_that_hides_a_function_of_the_templates_is_refused() -> None:
    """Before anything is drawn: a template that calls the function would fail only on some pages."""
    request = Request({"type": "http"})
    with pytest.raises(ValueError, match=r"shared/error.html: .* names: later, range"):
        page(request, "shared/error.html", {"title": "A", "icons": "", "later": [], "range": 1})
