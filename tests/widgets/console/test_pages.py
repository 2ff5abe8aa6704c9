"""The console and the tickets, for staff alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape

import pytest

from identity.actor import Actor
from tests.widgets.conftest import AGENT, TICKET, Open


@pytest.mark.parametrize("path", ["/console", "/tickets?status=open&team=media", "/tickets/7"])
def test_sign_in_returns_to_the_requested_page(pages: Open, path: str) -> None:
    """The sign-in page gets the whole address, filters included."""
    answer = pages().get(path)
    assert answer.status_code == 303
    followed = pages().get(answer.headers["location"]).text
    assert f'name="next" value="{escape(path)}"' in followed


@pytest.mark.parametrize("path", ["/console", "/tickets", "/tickets/7"])
def test_customer_cannot_open_staff_pages(pages: Open, path: str) -> None:
    """A customer's token opens none of them."""
    answer = pages(Actor(kind="customer", id="v-1")).get(path)
    assert answer.status_code == 403
    assert "You can’t open this page" in answer.text


@pytest.mark.parametrize("path", ["/tickets", "/tickets/7", "/mail", "/floor", "/admin/people"])
def test_error_page_offers_an_author_only_pages_that_authors_open(pages: Open, path: str) -> None:
    answer = pages(Actor(kind="staff", id="u-9", name="Nadia", role="author")).get(path)
    assert answer.status_code == 403 and 'href="/knowledge"' in answer.text
    assert 'href="/console"' not in answer.text and 'href="/tickets"' not in answer.text


def test_page_script_knows_who_is_signed_in(pages: Open) -> None:
    """Id, role and teams come with the page, so the script needs no first request."""
    html = pages(AGENT).get("/tickets/7").text
    found = re.search(r'id="page">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["number"] == 7
    assert data["me"] == {
        "id": "u-1", "name": AGENT.name, "email": "priya@support.example", "role": "agent", "roles": ["agent"],
        "teams": ["media", "prod"],
    }  # fmt: skip
    assert len(data["codes"]) == 20


@pytest.mark.parametrize("number", ["0", "07", "-1", "seven", "١٢", "9" * 17, "%3Cb%3E"])
def test_ticket_page_needs_a_plain_number(pages: Open, number: str) -> None:
    """Any other path is not found."""
    assert pages(AGENT).get(f"/tickets/{number}").status_code == 404


def test_missing_ticket_is_a_404_on_a_staff_page(pages: Open) -> None:
    """The status is for programs. The page shows the number and the way to the other tickets."""
    found, missing = pages(AGENT).get(f"/tickets/{TICKET}"), pages(AGENT).get(f"/tickets/{TICKET + 1}")
    assert (found.status_code, missing.status_code) == (200, 404)
    assert f'"number": {TICKET + 1}' in missing.text and 'href="/tickets"' in missing.text


@pytest.mark.parametrize("path", ["/floor", "/floor?wall"])
def test_floor_is_for_supervisors_and_knows_the_zone_of_the_desk(pages: Open, path: str) -> None:
    """The script shows the desk's times, wherever the browser is."""
    assert pages(AGENT).get(path).status_code == 403
    answer = pages(replace(AGENT, role="supervisor")).get(path)
    assert answer.status_code == 200
    assert '"timezone": "America/New_York"' in answer.text


def test_page_that_is_none_of_the_places_names_no_place(pages: Open) -> None:
    """The account has no entry in the bar."""
    shown = pages(AGENT).get("/account")
    assert shown.status_code == 200 and 'aria-current="page"' not in shown.text
