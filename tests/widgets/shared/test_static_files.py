"""Static files: how long browsers keep them, and how they are sent."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.widgets.conftest import Open
from widgets.shared.assets import ASSETS
from widgets.shared.static_files import sprite

_BUILD = next(iter(ASSETS.builds))


def test_script_is_revalidated_each_time(pages: Open) -> None:
    """A new release is used at once."""
    client: TestClient = pages()
    script = client.get("/static/shared/log.js")
    assert script.headers["cache-control"] == "no-cache"
    again = client.get("/static/shared/log.js", headers={"If-None-Match": script.headers["etag"]})
    assert again.status_code == 304 and again.headers["cache-control"] == "no-cache"


def test_only_the_current_version_of_a_file_is_cached_forever(pages: Open) -> None:
    """Any other `v` would cache today's file for a year."""
    client: TestClient = pages()
    assert "immutable" in client.get(sprite("shared")).headers["cache-control"]
    for query in ("v=1", "v=", f"v={sprite('shared')[-8:]}&x=1"):
        assert client.get(f"/static/shared/icons.svg?{query}").headers["cache-control"] == "no-cache"
    assert client.get("/static/shared/nothing.js?v=1").headers["cache-control"] == "no-store"


def test_packed_file_is_cached_forever_only_under_its_build(pages: Open) -> None:
    """A removed build is 404, never another build's file."""
    client: TestClient = pages()
    script = client.get(f"/static/packed/{_BUILD}/loader.js")
    assert script.content == ASSETS.builds[_BUILD].files["loader.js"]
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    for gone in ("/static/packed/0123456789ab/loader.js", f"/static/packed/{_BUILD}/nothing.js"):
        answer = client.get(gone)
        assert answer.status_code == 404 and answer.headers["cache-control"] == "no-store"
    assert client.post(f"/static/packed/{_BUILD}/loader.js").status_code == 405


def test_text_is_compressed_except_for_ranges(pages: Open) -> None:
    """The content is the same either way. A range is a part of the plain bytes. Files compressed already are
    unchanged."""
    client: TestClient = pages()
    address = "/static/shared/log.js"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    zipped = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert zipped.headers["content-encoding"] == "gzip" and zipped.headers["etag"] == plain.headers["etag"]
    assert zipped.text == plain.text and int(zipped.headers["content-length"]) < len(plain.content) / 2
    assert "content-encoding" not in plain.headers and zipped.headers["vary"] == plain.headers["vary"]
    part = client.get(address, headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9"})
    assert part.status_code == 206 and part.content == plain.content[:10]
    font = client.get("/static/shared/inter-latin-wght-normal.woff2", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in font.headers


@pytest.mark.parametrize("file", ["console.js", "base.css"])
def test_packed_file_is_served_compressed(pages: Open, file: str) -> None:
    """The content is the same either way."""
    client: TestClient = pages()
    address = f"/static/packed/{_BUILD}/{file}"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    zipped = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip" and zipped.headers["vary"] == "Accept-Encoding"
    assert zipped.content == plain.content and int(zipped.headers["content-length"]) < len(plain.content) / 2
