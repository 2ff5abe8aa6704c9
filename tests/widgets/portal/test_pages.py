"""The home page and the way in."""

from __future__ import annotations

from tests.widgets.conftest import AGENT, Open
from widgets.ports import SamplePerson

PEOPLE = [SamplePerson("Mateo & <Álvarez>", "mateo@support.example", "agent", ["media"])]


def test_the_home_page_offers_chat_and_the_way_in(pages: Open) -> None:
    """Whoever is not signed in finds both; staff find the console."""
    visitor, staff = pages().get("/").text, pages(AGENT).get("/").text
    assert 'data-switchboard="open"' in visitor and "/widget.js" in visitor
    assert 'href="/sign-in"' in visitor and 'href="/console"' not in visitor
    assert 'href="/console"' in staff


def test_the_demo_offers_its_people(pages: Open) -> None:
    """One click signs in as any of them; their names are text."""
    html = pages(demo=True, people=PEOPLE).get("/sign-in").text
    assert 'data-email="mateo@support.example"' in html
    assert "Mateo &amp; &lt;Álvarez&gt;" in html and "agent of MEDIA" in html
    assert "open &lt;all&gt; hours" in html


def test_a_real_desk_offers_nobody(pages: Open) -> None:
    """Neither people nor a password stand on the sign-in page of a real desk."""
    html = pages(people=PEOPLE).get("/sign-in").text
    assert "mateo@support.example" not in html and "hours" not in html


def test_a_foreign_next_is_not_followed(pages: Open) -> None:
    """It leads to the console instead."""
    assert "evil" not in pages().get("/sign-in?next=https://evil.example/").text
