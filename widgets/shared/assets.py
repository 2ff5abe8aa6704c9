"""Scripts and styles of the pages: packed, one file each, or as they are written.

`scripts/vendor.mjs` packs what `widgets/pages.json` lists into `widgets/packed/`, and writes down what of. Where a
source is another by now, pages are given the sources themselves: whoever changes one sees it at the next start, and
nothing that is served is ever older than what is read.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import msgspec
from markupsafe import Markup

WIDGETS = Path(__file__).parent.parent
PACKED = WIDGETS / "packed"
FIRST = "first"
"""As what a page's first script is packed: `PAGE-first.js`."""


class Page(msgspec.Struct, forbid_unknown_fields=True):
    """What one page is made of, by `FACE/FILE`. `first`: a script that `script` imports, and that runs as soon as it is
    there, whatever else is not; `later`: styles of what the script fetches later, and of one that is among `styles` as
    well, what stands between `/* Later: … */` and `/* For all */`; `classic`: its script is no module."""

    script: str | None = None
    first: str | None = None
    styles: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    classic: bool = False


class _Pages(msgspec.Struct, forbid_unknown_fields=True):
    pages: dict[str, Page]


class Manifest(msgspec.Struct):
    """What was packed: SHA-256 of each source by its place in `widgets/`; which packed files each script imports."""

    sources: dict[str, str]
    chunks: dict[str, list[str]]


PAGES = msgspec.json.decode((WIDGETS / "pages.json").read_bytes(), type=_Pages).pages


def packed() -> Manifest | None:
    """What was packed, if it is what the sources give now; else None."""
    try:
        manifest = msgspec.json.decode((PACKED / "manifest.json").read_bytes(), type=Manifest)
        current = all(_digest(WIDGETS / place) == digest for place, digest in manifest.sources.items())
    except (OSError, msgspec.DecodeError):
        return None
    return manifest if current else None


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


_MANIFEST = packed()


def assets(name: str) -> Markup:
    """The links and the script of a page's head. KeyError for a page that `pages.json` does not have."""
    page = PAGES[name]
    if _MANIFEST is None:
        styles = [f"/static/{style}" for style in dict.fromkeys((*page.styles, *page.later))]
        first = [f"/static/{page.first}"] if page.first else []
        scripts = [f"/static/{page.script}"] if page.script else []
        chunks: list[str] = []
    else:
        styles = [_versioned(f"{name}.css")] if page.styles else []
        first = [_versioned(f"{name}-{FIRST}.js")] if page.first else []
        scripts = [_versioned(f"{name}.js")] if page.script else []
        chunks = [f"/static/packed/{chunk}" for chunk in _MANIFEST.chunks.get(name, ())]
    return Markup("\n").join(
        [
            *(Markup('<script type="module" src="{}" async></script>').format(script) for script in first),
            *(Markup('<link rel="stylesheet" href="{}">').format(style) for style in styles),
            *(Markup('<script type="module" src="{}"></script>').format(script) for script in scripts),
            *(Markup('<link rel="modulepreload" href="{}">').format(chunk) for chunk in chunks),
        ]
    )


def later(name: str) -> str:
    """The style of what a page's script fetches later; empty where it has that already. KeyError as for `assets`."""
    return _versioned(f"{name}-later.css") if PAGES[name].later and _MANIFEST is not None else ""


def script_file(name: str) -> Path:
    """A script that is served by itself, at an address of its own. KeyError for one that `pages.json` does not have."""
    script = PAGES[name].script
    assert script is not None, name
    face, _, file = script.partition("/")
    return WIDGETS / face / "static" / file if _MANIFEST is None else PACKED / f"{name}.js"


def _versioned(file: str) -> str:
    return f"/static/packed/{file}?v={zlib.crc32((PACKED / file).read_bytes()):08x}"
