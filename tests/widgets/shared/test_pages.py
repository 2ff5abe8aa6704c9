"""Templates, pictures, error pages, static files."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

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
    assert "There is no such page" in answer.text and 'href="/"' in answer.text


def test_scripts_are_asked_for_again_and_versioned_icons_are_kept(pages: Open) -> None:
    """A new release is seen at once; an icon that is first needed without a line is there."""
    client: TestClient = pages()
    script = client.get("/static/shared/dom.js")
    assert script.headers["cache-control"] == "no-cache"
    assert client.get("/static/shared/dom.js", headers={"If-None-Match": script.headers["etag"]}).status_code == 304
    assert "immutable" in client.get("/static/shared/icons.svg?v=1").headers["cache-control"]
    assert client.get("/static/shared/nothing.js?v=1").headers["cache-control"] == "no-store"


def test_text_goes_out_compressed_and_a_part_of_it_does_not(pages: Open) -> None:
    """The same file either way; a part of a file is a part of its plain bytes; what is compressed already stays."""
    client: TestClient = pages()
    address = "/static/shared/dom.js"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    zipped = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["content-encoding"] == "gzip" and zipped.headers["etag"] == plain.headers["etag"]
    assert zipped.text == plain.text and int(zipped.headers["content-length"]) < len(plain.content) / 2
    assert "content-encoding" not in plain.headers and zipped.headers["vary"] == plain.headers["vary"]
    part = client.get(address, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert part.status_code == 206 and part.content == plain.content[:10]
    font = client.get("/static/shared/inter-latin-wght-normal.woff2", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in font.headers
