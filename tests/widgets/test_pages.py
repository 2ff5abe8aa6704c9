"""Every page and every file together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import widgets.pages
from tests.widgets.conftest import AGENT, CUSTOMER, Open
from widgets.samples import SamplePerson

WIDGETS = Path(widgets.pages.__file__).parent
PAGES = ["/", "/sign-in", "/widget", "/demo", "/console", "/tickets", "/tickets/7", "/no-such-page"]
PAGES += ["/submit", "/submit?sent=7", "/requests", "/requests/7", "/contacts"]
PAGES += ["/products/spectra-ox", "/articles/12-dates-title-overlap", "/articles/14"]


@pytest.fixture
def client(pages: Open) -> TestClient:
    people = [SamplePerson("A & <b>", "a@desk.example", "agent", [])]
    return pages(AGENT, demo=True, people=people, customer=CUSTOMER)


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_inline_script_or_style(client: TestClient, path: str) -> None:
    """A policy of `default-src 'self'` breaks no page."""
    html = client.get(path).text
    for script in re.findall(r"<script[^>]*>", html):
        assert "src=" in script or 'type="application/json"' in script
    assert "<style" not in html
    assert not re.search(r"\s(?:style|on[a-z]+)=", html)


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_names_exists(client: TestClient, path: str) -> None:
    """No page requests a missing file or another host."""
    html = client.get(path).text
    named = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"#]+)', html)
    assert named
    # Search engines want whole addresses of pages.
    own = [address.removeprefix("http://desk.example") for address in named]
    for address in own:
        assert address.startswith(("/", "data:"))
        if address.startswith("/"):
            assert client.get(address, follow_redirects=True).status_code == 200, address


def _symbols(client: TestClient, sprite: str) -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', client.get(sprite).text))


def test_every_icon_that_is_named_is_in_the_sprite(client: TestClient) -> None:
    """A misspelled icon would be an empty square, in a page or drawn by a script."""
    symbols = _symbols(client, "/static/shared/icons.svg")
    for path in PAGES:
        named = re.findall(r'<use href="([^"#]+)#([^"]+)"', client.get(path).text)
        for sprite in {sprite for sprite, _ in named}:
            assert {name for where, name in named if where == sprite} <= _symbols(client, sprite), path
    for script in WIDGETS.glob("*/static/*.js"):
        assert set(re.findall(r"\bicon\('([^']+)'", script.read_text("utf-8"))) <= symbols, script.name


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_not_cached(client: TestClient, path: str) -> None:
    """A page may say who is signed in, so nobody else may get it."""
    assert client.get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/console", "/tickets", "/tickets/7"])
def test_name_is_text_wherever_it_is_shown(client: TestClient, path: str) -> None:
    """Markup in a name neither ends the page's data nor becomes an element."""
    html = client.get(path).text
    assert "Priya </script>" not in html
    assert "Priya &lt;/script&gt; Raman" in html
