"""Extracts the texts that customers read into the catalogues (`make catalogues`).

A text is a literal in `t('…')`, `pieces('…')` or `n('one', 'many', …)` of a script, in `_("…")` of a template, in
`say("…")` of a letter, or the name of a ticket status. New texts are added without a translation. Texts that are no
longer used are removed. Other translations are kept.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ticketing.codes import CODES, STATUSES
from widgets.shared.catalogues import DOMAIN, LOCALES, languages

WIDGETS = Path(__file__).parent.parent
_METHODS = [
    ("*/static/vendor/**", "ignore"),
    ("packed/**", "ignore"),
    ("**/static/**.js", "widgets.shared.extraction:calls_in_script"),
    ("**/templates/**.html", "jinja2.ext.babel_extract"),
    ("letters/**.py", "python"),
    ("followed.py", "python"),
]
_KEYWORDS = {"t": None, "n": (1, 2), "pieces": None, "_": None, "say": None}
_LITERAL = r"'((?:[^'\\\n]|\\.)*)'"
_CALL = re.compile(rf"(?<![\w.$])(t|n|pieces)\(\s*{_LITERAL}(?:,\s*{_LITERAL})?")
_WIDTH = 118


def texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Pairs: the name of a file, and a text in it. A text with a plural has two forms."""
    found = extract_from_dir(WIDGETS, _METHODS, keywords=_KEYWORDS)
    for file, _line, text, _comments, _context in found:
        yield f"widgets/{Path(file).as_posix()}", text
    for status in STATUSES.values():
        yield "ticketing/codes.py", status.shown
    for code in CODES.values():
        yield "ticketing/codes.py", code.shown
        yield "ticketing/codes.py", code.told


def calls_in_script(
    file: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str | tuple[str, ...], list[str]]]:
    """An extraction method for Babel. Babel's own method for JavaScript fails on Lit templates."""
    source = file.read().decode()
    for call in _CALL.finditer(source):
        name, one, many = call.groups()
        line = source.count("\n", 0, call.start()) + 1
        yield line, name, _unescaped(one) if many is None else (_unescaped(one), _unescaped(many)), []


def _unescaped(literal: str) -> str:
    return re.sub(r"\\(.)", r"\1", literal)


def wanted(language: str) -> Catalog:
    """A catalogue of this language with the texts of the sources, without translations."""
    catalog = Catalog(locale=language, domain=DOMAIN, fuzzy=False)
    for place, text in texts():
        catalog.add(text, locations=[(place, 0)])
    return catalog


def updated(file: Path) -> bytes:
    """The new content of the catalogue `file`: its translations, with the present texts of the sources. Writes no
    file."""
    language = file.parent.parent.name
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=language, domain=DOMAIN)
    catalog.update(wanted(language), no_fuzzy_matching=True)
    written = BytesIO()
    write_po(
        written, catalog, width=_WIDTH, sort_output=True, ignore_obsolete=True, include_lineno=False, omit_header=True
    )
    return _header(catalog).encode() + written.getvalue()


def _header(catalog: Catalog) -> str:
    """The header of a catalogue for gettext, without authors and dates."""
    lines = [
        f"Language: {catalog.locale}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalog.plural_forms}",
    ]
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


def files() -> list[Path]:
    return [LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po" for language in languages()]


def untranslated(file: Path) -> list[str]:
    """The English texts whose translation is missing or incomplete. For a text with a plural, its first form."""
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=file.parent.parent.name)
    missing = [message.id for message in catalog if message.id and not all(_forms(message.string))]
    return [_forms(id)[0] for id in missing]


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def main() -> None:
    for file in files():
        file.write_bytes(updated(file))
        for text in (missing := untranslated(file)):
            sys.stdout.write(f"  {text}\n")
        sys.stdout.write(f"{file.relative_to(WIDGETS.parent)}: {len(missing)} to translate\n")


if __name__ == "__main__":
    main()
