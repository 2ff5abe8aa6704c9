"""The moments of the gallery, each with a name, a way to reach it, and its mockup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, ViewportSize

from tests.browser.chromium import DESKTOP, PHONE
from tools.gallery.stage import Stage

WIDTHS: dict[str, ViewportSize] = {"desktop": DESKTOP, "phone": PHONE}
BOTH = ("desktop", "phone")


class NotShownYet(Exception):
    """The product has no such moment so far; the text says what is missing, for people."""


@dataclass(frozen=True, slots=True)
class Mockup:
    """A page of the mockups, or a part of one."""

    page: str
    """Its name, without `.html`."""
    figure: str = ""
    """With what the caption of its figure begins; the whole page for lack of it."""
    on_phone: str = ""
    """The fragment that shows it alone on a phone."""
    fragment: str = ""
    """The fragment that shows it anywhere."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One cell of the gallery."""

    name: str
    face: str
    title: str
    show: Callable[[Stage], Awaitable[Page]]
    """Gets there on a stage of its own; the page on which it is then seen."""
    mockup: Mockup | None
    part: Callable[[Page], Locator] | None
    """On a desktop, the part of the page that it is about; the whole page for lack of it."""
    widths: Sequence[str]
    expected: Sequence[str]
    """Messages of the browser that are expected in this moment."""
    fits: bool
    """Nothing of it may be wider than the page."""
    media: str
    """Further keys of the team Media in the hours file."""


@dataclass(frozen=True, slots=True)
class Face:
    """A group of moments, filled by its decorator."""

    key: str
    """With what the names of its moments begin."""
    title: str
    moments: list[Moment] = field(default_factory=list)

    def moment(
        self,
        title: str,
        *,
        mockup: Mockup | None = None,
        part: Callable[[Page], Locator] | None = None,
        widths: Sequence[str] = BOTH,
        expected: Sequence[str] = (),
        fits: bool = True,
        media: str = "",
    ) -> Callable[[Callable[[Stage], Awaitable[Page]]], Callable[[Stage], Awaitable[Page]]]:
        """Enter a moment, named like the function that gets there. `expected`: what the browser says, and is no fault;
        `fits`: nothing may be wider than the page; `media`: keys of that team in the hours file."""

        def enter(show: Callable[[Stage], Awaitable[Page]]) -> Callable[[Stage], Awaitable[Page]]:
            name = f"{self.key}-{getattr(show, '__name__', title).replace('_', '-')}"
            self.moments.append(Moment(name, self.title, title, show, mockup, part, widths, expected, fits, media))
            return show

        return enter


def chosen(faces: Sequence[Face], words: Sequence[str]) -> Iterator[Moment]:
    """The moments whose name has one of the words in it; all, where there are no words."""
    for face in faces:
        for moment in face.moments:
            if not words or any(word in moment.name for word in words):
                yield moment
