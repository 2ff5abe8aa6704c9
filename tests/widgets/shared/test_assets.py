"""What a page's head names: packed files, or the sources that they would be packed of."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from widgets.shared import assets


def pack(folder: Path, monkeypatch: pytest.MonkeyPatch, **sources: str) -> None:
    """A place with a page `widget`, packed of the `sources` as they are told."""
    (folder / "packed").mkdir()
    (folder / "app.js").write_text("let app")
    (folder / "packed" / "widget.js").write_text("let a")
    (folder / "packed" / "widget.css").write_text("a{}")
    (folder / "packed" / "widget-later.css").write_text("b{}")
    manifest = {"sources": sources, "chunks": {"widget": ["widget-ABCDEFGH.js"]}}
    (folder / "packed" / "manifest.json").write_text(json.dumps(manifest))
    monkeypatch.setattr(assets, "WIDGETS", folder)
    monkeypatch.setattr(assets, "PACKED", folder / "packed")
    monkeypatch.setattr(assets, "_MANIFEST", assets.packed())


def test_a_page_is_packed_while_its_sources_are_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One script and one style, by addresses that change with them, and what the script imports is fetched at once."""
    pack(tmp_path, monkeypatch, **{"app.js": hashlib.sha256(b"let app").hexdigest()})
    head = assets.assets("widget")
    assert head.count('<link rel="stylesheet"') == 1 and "/static/packed/widget.js?v=" in head
    assert '<link rel="modulepreload" href="/static/packed/widget-ABCDEFGH.js">' in head
    assert assets.later("widget").startswith("/static/packed/widget-later.css?v=")
    assert assets.script_file("loader") == tmp_path / "packed" / "loader.js"


@pytest.mark.parametrize("sources", [{"app.js": "0" * 64}, {"gone.js": "0" * 64}])
def test_a_page_is_its_sources_where_one_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sources: dict[str, str]
) -> None:
    """A changed file, or one that is gone: nothing packed is served."""
    pack(tmp_path, monkeypatch, **sources)
    head = assets.assets("widget")
    assert "/static/customer/widget.js" in head and "packed" not in head
    assert "/static/customer/during.css" in head and assets.later("widget") == ""
    assert assets.script_file("loader") == tmp_path / "customer" / "static" / "loader.js"


def test_what_comes_first_stands_before_the_rest_of_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script of its own that nothing holds up, before the style and the script that imports it."""
    monkeypatch.setitem(assets.PAGES, "widget", assets.Page(script="customer/widget.js", first="customer/line.js"))
    pack(tmp_path, monkeypatch, **{"app.js": hashlib.sha256(b"let app").hexdigest()})
    (tmp_path / "packed" / "widget-first.js").write_text("let f")
    head = assets.assets("widget")
    assert re.match(r'<script type="module" src="/static/packed/widget-first\.js\?v=[0-9a-f]{8}" async>', head)
    monkeypatch.setattr(assets, "_MANIFEST", None)
    assert assets.assets("widget").startswith('<script type="module" src="/static/customer/line.js" async>')
