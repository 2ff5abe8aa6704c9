"""The loader, the frame and the sample page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.widgets.conftest import Open
from ticketing.codes import CODES


def test_loader_and_its_types_load_from_any_origin(pages: Open) -> None:
    """The loader is for pages of other origins, and its types are for developers."""
    answer = pages().get("/widget.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "export interface Switchboard" in pages().get("/widget.d.ts").text


@pytest.mark.parametrize("part", ["/chat-frame.js", "/page-calls.js", "/page-attention.js"])
def test_later_part_of_the_loader_is_a_module_for_any_origin(pages: Open, part: str) -> None:
    """Pages of other origins import it."""
    answer = pages().get(part)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "max-age" in answer.headers["cache-control"]


def test_frame_has_the_theme_of_the_page_around(pages: Open) -> None:
    """Any other word means the browser's own theme."""
    assert ' data-theme="dark"' in pages().get("/widget?theme=dark").text
    for asked in ("auto", '"><script>', ""):
        assert " data-theme=" not in pages().get("/widget", params={"theme": asked}).text


def test_chat_button_has_the_desk_color(pages: Open) -> None:
    """The script itself has the color and that of the text on it. Nothing more is loaded for it."""
    assert "#00618a" in pages().get("/widget.js").text
    script = pages(brand_color="#ffcc00").get("/widget.js").text
    assert "#ffcc00" in script
    assert "--on:#000000" in script
    assert "#00618a" not in script


def test_frame_has_the_brands_name_and_logo(pages: Open, tmp_path: Path) -> None:
    """A logo is served as a picture. A desk without one has the design's mark."""
    file = tmp_path / "logo"
    file.write_bytes(b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')
    desk = pages(brand_logo=file)
    assert '<img src="/brand/logo" alt=""></span>' in desk.get("/widget").text
    assert "Chat with Mediaocean" in desk.get("/widget").text
    answer = desk.get("/brand/logo")
    assert (answer.content, answer.headers["content-type"]) == (file.read_bytes(), "image/svg+xml")
    assert "/brand/logo" not in pages().get("/widget").text
    assert pages().get("/brand/logo").headers["content-type"] == "image/svg+xml"


def test_frame_has_the_status_names(pages: Open) -> None:
    """What became of the chat is shown in the words used for tickets."""
    html = pages().get("/widget?team=media&host=https://planner.example").text
    found = re.search(r'<script type="application/json" id="page">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    assert {"key": "solved", "name": "Solved"} in json.loads(found[1])["statuses"]


def test_frame_has_the_desk_time_zone(pages: Open) -> None:
    """Hours are shown in the desk's zone. The widget's other pages do not have it."""
    assert '"timezone": "America/New_York"' in pages().get("/widget").text


def test_sample_page_is_only_in_the_demo(pages: Open) -> None:
    """A real desk does not serve Northlake Planner."""
    assert pages().get("/demo").status_code == 404
    assert "/widget.js" in pages(demo=True).get("/demo").text


def test_resolution_codes_are_told_in_words_for_customers(pages: Open) -> None:
    """Staff read other meanings: what a code says of the team's work is not for customers."""
    codes = {code["key"]: code for code in pages().get("/widget/codes").json()["codes"]}
    assert codes["action_needed"]["name"] == "Mediaocean action needed"
    assert codes["redirected_internal"]["meaning"].startswith("Your company’s own team has to make this change")
    assert codes.keys() == CODES.keys()
    for key, code in codes.items():
        assert re.fullmatch(r"[A-Z].+\.", code["meaning"]), key
        assert code["meaning"] != CODES[key].meaning


def test_resolution_codes_are_told_in_french(pages: Open) -> None:
    french = pages().get("/widget/codes", headers={"Accept-Language": "fr"}).json()["codes"]
    assert {
        "key": "data_fix",
        "name": "Correction des données",
        "meaning": "Nous avons dû réparer les données.",
    } in french
