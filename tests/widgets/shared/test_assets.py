"""What a page's head names: packed files, or the sources that they would be packed of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from widgets.shared.assets import Assets

_PAGES = {
    "sheets": {"base": ["shared/tokens.css", "shared/parts.css"]},
    "pages": {
        "loader": {"script": "customer/loader.js", "classic": True},
        "widget": {
            "script": "customer/widget.js",
            "styles": ["customer/widget.css"],
            "later": ["customer/later-views.css"],
        },
        "console": {
            "first": "console/early-connection.js",
            "script": "console/console.js",
            "styles": ["base", "console/console.css"],
        },
        "error": {"styles": ["base"]},
    },
}
_FILES = {"widget.js": b"let a", "widget.css": b"a{}", "widget-later.css": b"b{}", "console.js": b"let b"}


def _digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


def _pack(folder: Path, build: str) -> None:
    folder.mkdir(parents=True)
    for name, contents in _FILES.items():
        (folder / name).write_bytes(contents)
    manifest = {
        "build": build,
        "files": {name: _digest(contents) for name, contents in _FILES.items()},
        "chunks": {"widget": ["widget-ABCDEFGH.js"]},
        "sources": {"app.js": _digest(b"let app")},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def widgets(tmp_path: Path) -> Path:
    """A folder `widgets/` with a build, packed of the sources as they are."""
    (tmp_path / "pages.json").write_text(json.dumps(_PAGES))
    (tmp_path / "app.js").write_text("let app")
    _pack(tmp_path / "packed", "b2")
    return tmp_path


def test_page_names_packed_files_by_their_build(widgets: Path) -> None:
    """Files that the script imports are preloaded too."""
    assets = Assets(widgets)
    assert assets.head("widget").split("\n") == [
        '<link rel="stylesheet" href="/static/packed/b2/widget.css">',
        '<script type="module" src="/static/packed/b2/widget.js"></script>',
        '<link rel="modulepreload" href="/static/packed/b2/widget-ABCDEFGH.js">',
    ]
    assert assets.later("widget") == "/static/packed/b2/widget-later.css" and assets.later("console") == ""
    assert assets.script_file("loader") == widgets / "packed" / "loader.js"


def test_page_head_has_first_script_then_shared_sheet(widgets: Path) -> None:
    """The shared sheet is its own file, and the page's own sheet follows. A page without one has only the shared
    sheet."""
    assets = Assets(widgets)
    assert assets.head("console").split("\n") == [
        '<script type="module" src="/static/packed/b2/console-first.js" async></script>',
        '<link rel="stylesheet" href="/static/packed/b2/base.css">',
        '<link rel="stylesheet" href="/static/packed/b2/console.css">',
        '<script type="module" src="/static/packed/b2/console.js"></script>',
    ]
    assert assets.head("error") == '<link rel="stylesheet" href="/static/packed/b2/base.css">'


@pytest.mark.parametrize(
    "damaged", ["app.js", "packed/widget.js", "packed/manifest.json"], ids=["source", "packed file", "manifest"]
)
@pytest.mark.parametrize("gone", [False, True])
def test_page_names_its_sources_when_a_file_was_changed(widgets: Path, damaged: str, gone: bool) -> None:
    """When a source was edited or removed, or the build is incomplete."""
    (widgets / damaged).unlink()
    if not gone:
        (widgets / damaged).write_text("let other")
    assets = Assets(widgets)
    assert not assets.packed
    assert assets.head("widget").split("\n") == [
        '<link rel="stylesheet" href="/static/customer/widget.css">',
        '<link rel="stylesheet" href="/static/customer/later-views.css">',
        '<script type="module" src="/static/customer/widget.js"></script>',
    ]
    assert '<link rel="stylesheet" href="/static/shared/parts.css">' in assets.head("console")
    assert assets.later("widget") == ""
    assert assets.script_file("loader") == widgets / "customer" / "static" / "loader.js"


def test_previous_build_is_served_beside_the_current_one(widgets: Path) -> None:
    """Pages name the current version. A page that is still open loads from the previous one."""
    _pack(widgets / "packed" / "previous", "b1")
    assets = Assets(widgets)
    assert set(assets.builds) == {"b1", "b2"}
    assert "/static/packed/b2/" in assets.head("widget")
