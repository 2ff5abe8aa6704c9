"""The moments of the gallery. A *moment* is one state of a page. Each moment has a function that brings a page into
this state, and may have a mockup with which the page is compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, ViewportSize

from tests.browser.chromium import DESKTOP, PHONE
from tools.gallery.stage import Stage

WIDTHS: dict[str, ViewportSize] = {"desktop": DESKTOP, "phone": PHONE}
BOTH = ("desktop", "phone")


class NotShownYet(Exception):
    """The product cannot show this moment yet. The text of the exception is a sentence that says what is missing."""


@dataclass(frozen=True, slots=True)
class Mockup:
    """A page of mockups, or one figure on it."""

    page: str
    """The page's file name without `.html`."""
    figure: str = ""
    """The bold text in the caption of the figure. If empty, the whole page is shown."""
    on_phone: str = ""
    """The URL fragment with which the mockup page shows this figure alone. It is used for phones."""
    fragment: str = ""
    """A URL fragment that is used for every width. If it is set, `on_phone` is not used as a fragment."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of a page, and how to draw it."""

    name: str
    face: str
    title: str
    show: Callable[[Stage], Awaitable[Page]]
    """Brings the page of a new stage into this state, and returns the page."""
    mockup: Mockup | None
    part: Callable[[Page], Locator] | None
    """Finds the part of the page that is drawn on desktops. If None, the whole window is drawn. On phones, the whole
    window is always drawn."""
    widths: Sequence[str]
    expected: Sequence[str]
    """Texts of browser messages that are not faults in this moment. A part of the text is enough."""
    fits: bool
    """True if content that is wider than the window is a fault."""
    media: str
    """Additional settings of the team Media, as written in the hours file."""


@dataclass(frozen=True, slots=True)
class Face:
    """A group of moments. Its decorator `moment` adds functions as moments."""

    key: str
    """The beginning of the name of each moment in the group."""
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
        """A decorator that adds a moment. The moment has the name of the decorated function, which becomes
        `Moment.show`. The parameters become the fields with the same names."""

        def enter(show: Callable[[Stage], Awaitable[Page]]) -> Callable[[Stage], Awaitable[Page]]:
            name = f"{self.key}-{getattr(show, '__name__', title).replace('_', '-')}"
            self.moments.append(Moment(name, self.title, title, show, mockup, part, widths, expected, fits, media))
            return show

        return enter


def chosen(faces: Sequence[Face], words: Sequence[str]) -> Iterator[Moment]:
    """The moments whose names contain one of the words. All moments if there are no words."""
    for face in faces:
        for moment in face.moments:
            if not words or any(word in moment.name for word in words):
                yield moment
