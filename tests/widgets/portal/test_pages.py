"""The home page and the way in."""

from __future__ import annotations

from tests.widgets.conftest import AGENT, Open
from widgets.samples import SamplePerson

PEOPLE = [SamplePerson("Mateo & <Álvarez>", "mateo@support.example", "agent", ["media"])]


def test_home_page_offers_chat_and_sign_in(pages: Open) -> None:
    """A signed-out visitor finds both. Staff find the console."""
    visitor, staff = pages().get("/").text, pages(AGENT).get("/").text
    assert 'data-switchboard="open"' in visitor and "/widget.js" in visitor
    assert 'href="/sign-in"' in visitor and 'href="/console"' not in visitor
    assert 'href="/console"' in staff


def test_demo_offers_its_people_for_sign_in(pages: Open) -> None:
    """One click signs in as any of them. Their names are shown as text."""
    html = pages(demo=True, people=PEOPLE).get("/sign-in").text
    assert 'name="email" value="mateo@support.example"' in html
    assert "Mateo &amp; &lt;Álvarez&gt;" in html and "agent of MEDIA" in html
    assert "open &lt;all&gt; hours" in html


def test_avatar_of_a_demo_person_has_the_color_of_the_id(pages: Open) -> None:
    """As on every other page."""
    known = [SamplePerson("Mateo", "mateo@support.example", "agent", ["media"], "a")]
    html = pages(demo=True, people=known).get("/sign-in").text
    assert f'class="who  hue-{ord("a") % 12}"' in html


def test_real_desk_offers_no_demo_people(pages: Open) -> None:
    """The sign-in page of a real desk shows neither people nor a password."""
    html = pages(people=PEOPLE).get("/sign-in").text
    assert "mateo@support.example" not in html and "hours" not in html


def test_foreign_next_address_is_not_followed(pages: Open) -> None:
    """It leads to the console instead."""
    assert "evil" not in pages().get("/sign-in?next=https://evil.example/").text


def test_topic_of_a_team_is_in_the_readers_language(pages: Open) -> None:
    """Where the desk has no translation, it is in the language of the desk."""
    for path in ("/contacts", "/submit"):
        assert "Commandes &amp; devis" in pages().get(f"{path}?locale=fr").text
        assert "Orders &amp; estimates" in pages().get(f"{path}?locale=es").text


def test_team_that_never_closes_is_open_all_day(pages: Open) -> None:
    """In the zone of the desk and in the reader's."""
    assert "<td>All day</td></tr>" in pages().get("/").text
    contacts = pages().get("/contacts?zone=Asia/Tokyo").text
    assert "<td>All day</td><td>All day</td>" in contacts and "24:00" not in contacts


def test_pages_say_that_an_email_to_a_team_becomes_a_request(pages: Open) -> None:
    """They say it only if mail reaches the desk. The form names the address of the chosen team."""
    receiving, deaf = pages(), pages(receives_mail=False)
    assert "each email becomes a request with a number" in receiving.get("/contacts").text
    assert "each email becomes" not in deaf.get("/contacts").text
    form = receiving.get("/submit").text
    assert "An email to a team becomes a request too." in form and "mailto:" not in form
    chosen = receiving.get("/submit?team=media").text
    assert "An email to Media becomes a request too:" in chosen and 'href="mailto:media@support.example"' in chosen
    assert "becomes a request too" not in deaf.get("/submit?team=media").text
