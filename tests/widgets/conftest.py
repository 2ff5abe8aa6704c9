"""The pages on an application of their own: who is signed in is what the test says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from availability.board import Board
from following.announcement import Subject
from following.follow import Level
from identity.actor import Actor
from knowledge.article import Article, Kind, Section, Text
from knowledge.ports import Line, Stored
from knowledge.rendering import rendered
from knowledge.service import Gone, Shown
from learning.catalogue import Resource
from learning.library import Catalogue
from learning.ports import Listed as LiveListed
from routing.hours import Hours, Schedule, Span
from ticketing.custom_fields import CustomField
from ticketing.errors import NotFound
from ticketing.listing import Filters
from ticketing.own_requests import Listed
from ticketing.requests import NewReply, NewTicket
from ticketing.ticket import Requester, Ticket
from ticketing.views import Known, TicketView, view
from widgets.followed import Followed
from widgets.following_ports import ArticleFeedView, FeedView, Unread
from widgets.knowledge_ports import ArticleView
from widgets.learning_ports import Center
from widgets.pages import error_page, routes
from widgets.ports import Form, RequestView, TeamView
from widgets.samples import SamplePerson, Samples

AGENT = Actor(
    kind="staff", id="u-1", name="Priya </script> Raman", email="priya@support.example", verified=True, role="agent",
    teams=frozenset({"media", "prod"}),
)  # fmt: skip


TICKET = 7
"""The only one that exists."""


@dataclass(frozen=True)
class Desk:
    """`widgets.ports.Settings`."""

    demo: bool = False
    sends_mail: bool = True
    receives_mail: bool = True
    brand_name: str = "Mediaocean"
    video_hosts: tuple[str, ...] = ()
    assist_host: str | None = None
    brand_color: str | None = None
    brand_logo: Path | None = None


ALWAYS = Hours(Schedule("always", ((Span(0, 1440),),) * 7), "America/New_York", lambda calendar, year: frozenset())
TEAMS = [
    TeamView(
        "media",
        "Media",
        "Orders & estimates",
        {"fr": "Commandes & devis"},
        "media@support.example",
        ("Lumina", "Other"),
        False,
        ALWAYS,
        ALWAYS,
    )
]
NOW = 1_795_541_400_000
"""Tue, Nov 24, 2026, 17:30 in New York."""
NAME = "Danielle </script> Okonkwo-Hartley"
CUSTOMER = Actor(kind="customer", id="v-1", name=NAME, email="danielle@northlake.example")


def a_ticket(**facts: Any) -> TicketView:
    """Ticket TICKET of CUSTOMER, with these facts."""
    known = Known(staff={"u-1": "Priya Raman"})
    ticket = Ticket(
        number=TICKET,
        team="media",
        subject="Line 2 </title> fails",
        requester=Requester("v-1", NAME, None),
        channel="form",
        created_at=NOW - 3_600_000,
        updated_at=NOW,
    )
    transcript = facts.pop("transcript", [])
    return structs.replace(
        view(replace(ticket, **facts), replace(known, unread={}), NOW, for_staff=False), transcript=transcript
    )


@dataclass(frozen=True)
class OnePortal:
    """`widgets.ports.Portal`, read only, with one ticket of `who`."""

    who: Actor | None
    ticket: TicketView = field(default_factory=a_ticket)

    def now(self) -> int:
        return NOW

    def zone(self, request: Request) -> str | None:
        return None

    async def customer(self, request: Request) -> Actor | None:
        return self.who

    async def writer(self, request: Request) -> Actor:
        return self.who or CUSTOMER

    def check_form(self, request: Request) -> None:
        raise AssertionError("no form is sent here")

    async def read_form(self, request: Request, customer: Actor) -> Form:
        raise AssertionError("no form is sent here")

    async def read_texts(self, request: Request) -> Form:
        raise AssertionError("no form is sent here")

    async def submit(self, request: Request, customer: Actor, wanted: NewTicket, key: str) -> int:
        raise AssertionError("no form is sent here")

    async def reply(self, request: Request, customer: Actor, number: int, said: NewReply, seen: str, key: str) -> int:
        raise AssertionError("no form is sent here")

    def teams(self) -> Sequence[TeamView]:
        return TEAMS

    async def fields(self) -> Sequence[CustomField]:
        return ()

    async def requests(self, request: Request, customer: Actor, filters: Filters, cursor: str | None) -> Listed:
        return Listed([[], [self.ticket], []], [False] * 3, {"mine": {"open": 1}}, ())

    async def request(self, request: Request, customer: Actor, number: int) -> RequestView:
        if number != TICKET:
            raise NotFound
        return RequestView(self.ticket, may_write=True)

    async def file(self, request: Request, customer: Actor, id_: str) -> str:
        return f"/api/files/{id_}/content?key=1"


ARTICLE = 12
FRENCH = Text("fr", "Dates </title> qui se chevauchent", "", "## Un\n\n## Deux", of_original=1, updated_at=NOW)
ENGLISH = Text("en", "Dates </title> overlap", "Two lines", "## One\n\n## Two\n\n<b>", 2, None, "better.", NOW, NOW)
MOVED, WITHDRAWN = 13, 14


LABELS = ("about", "fixed", "other")


class OneArticle:
    """`widgets.knowledge_ports.Knowledge`, read only, with one article in two languages."""

    article_ = Article("ox/dates", "Spectra OX", "faqs", topic="Orders", id=ARTICLE)

    async def tiles(self, request: Request) -> Mapping[str, Mapping[str, int]]:
        return {"Spectra OX": {"faqs": 1}}

    async def often(self, request: Request, locale: str, limit: int) -> Sequence[Line]:
        return [Line(self.article_, "en", "Asked <b>often</b>", "", 1, NOW, NOW)]

    async def product(self, request: Request, address: str, locale: str) -> tuple[str, Sequence[Line]]:
        if address != "spectra-ox":
            raise NotFound
        sections: Sequence[tuple[Section, Kind]] = (
            ("faqs", "article"),
            ("training", "article"),
            ("training", "quick_card"),
            ("training", "video"),
            ("releases", "release"),
        )
        articles = [replace(self.article_, section=section, kind=kind, labels=LABELS) for section, kind in sections]
        return "Spectra OX", [Line(one, "en", "A <b>title</b>", "Two lines", 1, NOW, NOW) for one in articles]

    async def article(self, request: Request, id_: int, locale: str) -> ArticleView | Gone:
        if id_ in (MOVED, WITHDRAWN):
            return Gone(self.article_, ARTICLE if id_ == MOVED else None)
        if id_ != ARTICLE:
            raise NotFound
        text = FRENCH if locale.startswith("fr") else ENGLISH
        form = rendered(text.body)
        stored = Stored(text, form.html, form.headings, form.minutes)
        shown = Shown(
            self.article_, stored, {"en": ENGLISH.title, "fr": FRENCH.title}, older=text is FRENCH, original_at=NOW
        )
        return ArticleView(shown, [Line(self.article_, "en", "Related", "", 1, NOW, NOW)])

    async def public(self) -> Sequence[Line]:
        return [Line(self.article_, text.locale, text.title, "", 1, NOW, NOW) for text in (ENGLISH, FRENCH)]

    async def imported(self, request: Request, source: str, locale: str) -> tuple[int, str]:
        if source != "zendesk/360012":
            raise NotFound
        return ARTICLE, FRENCH.title if locale.startswith("fr") else ENGLISH.title

    async def opened(self, request: Request, id_: int) -> None:
        return

    async def say_useful(self, request: Request, id_: int, helpful: bool, comment: str | None) -> None:
        raise AssertionError("no form is sent here")


class AllAvailable:
    """The part of `widgets.availability_ports.SystemPages` that every page of customers asks."""

    def board(self) -> Board:
        return Board(NOW, [], {}, [], [])

    async def products(self, request: Request) -> Collection[str] | None:
        return None


UNREAD = Unread(frozenset({"article:12", "incident:1"}), {"Spectra OX": frozenset({"article:12"})})


class NoFollows:
    """The part of `widgets.following_ports.FollowingPages` that pages with a Follow menu ask."""

    async def levels(self, request: Request) -> Mapping[Subject, Level]:
        return {}

    async def unread(self, request: Request) -> Unread:
        return UNREAD

    async def seen(self, request: Request, source: str | None = None) -> None:
        return

    async def feed(self, product: str, section: str, locale: str) -> FeedView:
        return FeedView(Followed(Subject("section", f"{product}/{section}"), f"/products/{product}"), [])

    async def article_feed(self, id_: int, locale: str) -> ArticleFeedView:
        return ArticleFeedView(id_, locale, ENGLISH.title, [])


class NoLearning:
    """The part of `widgets.learning_ports.Learning` that the start page and the page of a product ask."""

    name: str | None = None

    async def coming(self, limit: int) -> Sequence[LiveListed]:
        return []

    async def center(self, request: Request) -> Center:
        resource = Resource(
            source="video", kind="video", title="A video", address=f"/articles/{ARTICLE}-a-title", minutes=7
        )
        return Center(Catalogue([], [resource]), [], [])


class NoSignOn:
    """The part of `widgets.ports.Accounts` that the empty sign-in page asks."""

    sign_on_ways = ()

    async def signed_out_by(self, request: Request) -> str | None:
        return None


class NoPasskeys:
    """The part of `widgets.passkey_ports.Passkeys` that the sign-in page asks."""

    def offered(self, request: Request) -> bool:
        return False


@dataclass(frozen=True)
class Program:
    """`widgets.ports.Program` with one ticket; `actor` is signed in."""

    settings: Desk
    samples: Samples | None
    actor: Actor | None
    customer: Actor | None = None

    async def actor_of(self, request: Request) -> Actor | None:
        return self.actor

    def has_session(self, request: Request) -> bool:
        return self.actor is not None

    async def has_ticket(self, request: Request, actor: Actor, number: int) -> bool:
        return number == TICKET

    async def color_wait(self, request: Request) -> float:
        return 0.0

    def timezone(self, request: Request) -> str:
        return "America/New_York"

    @property
    def accounts(self) -> NoSignOn:
        return NoSignOn()

    @property
    def passkeys(self) -> NoPasskeys:
        return NoPasskeys()

    @property
    def knowledge(self) -> OneArticle:
        return OneArticle()

    @property
    def availability(self) -> AllAvailable:
        return AllAvailable()

    @property
    def learning(self) -> NoLearning:
        return NoLearning()

    @property
    def following(self) -> NoFollows:
        return NoFollows()

    @property
    def portal(self) -> OnePortal:
        return OnePortal(self.customer)

    def team_names(self, request: Request, keys: Iterable[str]) -> list[str]:
        return [key.upper() for key in keys]


Open = Callable[..., TestClient]


@pytest.fixture
def pages() -> Iterator[Open]:
    """Opens the pages: `pages(actor=…, demo=…, people=…)`."""
    with ExitStack() as stack:

        def open_pages(
            actor: Actor | None = None,
            *,
            demo: bool = False,
            people: Sequence[SamplePerson] = (),
            brand_color: str | None = None,
            brand_logo: Path | None = None,
            customer: Actor | None = None,
            letters: Path | None = None,
            receives_mail: bool = True,
            answer: Callable[[EmailMessage, str], Awaitable[None]] | None = None,
        ) -> TestClient:
            async def not_found(request: Request, error: Exception) -> Response:
                return error_page(request, 404)

            settings = Desk(demo, receives_mail=receives_mail, brand_color=brand_color, brand_logo=brand_logo)
            app = Starlette(routes=routes(settings), exception_handlers={404: not_found})
            samples = Samples(people, "open <all> hours", letters, answer)
            app.state.pages = Program(settings, samples, actor, customer)
            return stack.enter_context(TestClient(app, base_url="http://desk.example", follow_redirects=False))

        yield open_pages
