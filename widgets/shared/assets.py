"""The scripts and styles that a page loads: packed ones, or their sources.

`scripts/vendor.mjs` packs what `widgets/pages.json` lists into `widgets/packed/`, with a manifest. The URL of a packed
file contains the name of the build: `/static/packed/BUILD/FILE`. If a source differs from what was packed, pages load
the sources instead, so an edit is visible at the next start without packing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from markupsafe import Markup

WIDGETS = Path(__file__).parent.parent


class Page(msgspec.Struct, forbid_unknown_fields=True):
    """The scripts and styles of one page, as `pages.json` lists them.

    A file is written as `FOLDER/FILE`. A style without a slash is the name of an entry of `sheets` in `pages.json`.
    Such an entry stands for several files.
    """

    script: str | None = None
    first: str | None = None
    """A module that `script` imports and that runs before the rest is loaded."""
    styles: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    """Styles of the parts that the script loads later."""
    group: str | None = None
    """The name of a group of pages. The pages of a group share chunks of code."""
    classic: bool = False
    """True if the script is not a module."""


class _Pages(msgspec.Struct, forbid_unknown_fields=True):
    pages: dict[str, Page]
    sheets: dict[str, tuple[str, ...]] = {}


class Manifest(msgspec.Struct):
    """The SHA-256 digest of each packed file by the file's name, and of each source by its path in `widgets/`."""

    build: str
    files: dict[str, str]
    chunks: dict[str, list[str]]
    """The files that the script of each page imports, by page."""
    sources: dict[str, str]


class Build:
    """A build in a folder, read into memory. Raises OSError or ValueError if it is incomplete."""

    def __init__(self, folder: Path) -> None:
        self.manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
        self.files = {name: (folder / name).read_bytes() for name in self.manifest.files}
        if damaged := [name for name, digest in self.manifest.files.items() if _digest(self.files[name]) != digest]:
            raise ValueError(f"not as they were packed: {', '.join(damaged)}")


class Assets:
    def __init__(self, widgets: Path = WIDGETS) -> None:
        self._widgets = widgets
        listed = msgspec.json.decode((widgets / "pages.json").read_bytes(), type=_Pages)
        self._pages, self._sheets = listed.pages, listed.sheets
        current, previous = _build(widgets / "packed"), _build(widgets / "packed" / "previous")
        self.builds = {one.manifest.build: one for one in (previous, current) if one is not None}
        """The builds that are served: this version's, and the one before for pages that are still open."""
        self._packed = current if current is not None and self._is_current(current.manifest) else None

    @property
    def packed(self) -> bool:
        """True if pages load packed files."""
        return self._packed is not None

    def _is_current(self, manifest: Manifest) -> bool:
        try:
            return all(_digest((self._widgets / file).read_bytes()) == it for file, it in manifest.sources.items())
        except OSError:
            return False

    def head(self, name: str) -> Markup:
        """The `<link>` and `<script>` elements of a page's head. Raises KeyError for a page that `pages.json` does not
        have."""
        page = self._pages[name]
        return Markup("\n").join(
            [
                *(
                    Markup('<script type="module" src="{}" async></script>').format(it)
                    for it in self._first(name, page)
                ),
                *(Markup('<link rel="stylesheet" href="{}">').format(it) for it in self._styles(name, page)),
                *(Markup('<script type="module" src="{}"></script>').format(it) for it in self._script(name, page)),
                *(Markup('<link rel="modulepreload" href="{}">').format(it) for it in self._chunks(name)),
            ]
        )

    def later(self, name: str) -> str:
        """The URL of the style sheet for parts that are loaded later.

        Empty if the page loads these styles at once. Raises KeyError like `head`.
        """
        return self._address(f"{name}-later.css") if self._packed is not None and self._pages[name].later else ""

    def script_file(self, name: str) -> Path:
        """The file of a script that has a URL of its own. Raises KeyError for a script that `pages.json` does not
        have."""
        script = self._pages[name].script
        assert script is not None, name
        face, _, file = script.partition("/")
        return (
            self._widgets / face / "static" / file if self._packed is None else self._widgets / "packed" / f"{name}.js"
        )

    def _first(self, name: str, page: Page) -> list[str]:
        if not page.first:
            return []
        return [f"/static/{page.first}" if self._packed is None else self._address(f"{name}-first.js")]

    def _script(self, name: str, page: Page) -> list[str]:
        if not page.script:
            return []
        return [f"/static/{page.script}" if self._packed is None else self._address(f"{name}.js")]

    def _styles(self, name: str, page: Page) -> list[str]:
        if self._packed is None:
            sources = [source for style in page.styles for source in self._sheets.get(style, (style,))]
            return [f"/static/{source}" for source in (*sources, *page.later)]
        sheets = [style for style in page.styles if style in self._sheets]
        own = [name] if len(sheets) < len(page.styles) else []
        return [self._address(f"{sheet}.css") for sheet in (*sheets, *own)]

    def _chunks(self, name: str) -> list[str]:
        chunks = [] if self._packed is None else self._packed.manifest.chunks.get(name, [])
        return [self._address(chunk) for chunk in chunks]

    def _address(self, file: str) -> str:
        assert self._packed is not None
        return f"/static/packed/{self._packed.manifest.build}/{file}"


def _build(folder: Path) -> Build | None:
    try:
        return Build(folder)
    except (OSError, ValueError):
        return None


def _digest(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()


ASSETS = Assets()
