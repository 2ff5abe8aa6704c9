"""The interface between pages and the rest of the program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from identity.actor import Actor
from routing.hours import Hours
from ticketing.listing import Filters
from ticketing.own_requests import Listed
from ticketing.requests import NewReply, NewTicket
from ticketing.views import TicketView
from widgets.admin.ports import Administration
from widgets.availability_ports import Availability
from widgets.canned_reply_ports import HasCannedReplies
from widgets.field_ports import FieldsOfRequests
from widgets.following_ports import FollowingPages
from widgets.handover_view import HandoverView
from widgets.knowledge.ports import Authors
from widgets.knowledge.session_ports import LiveSessions
from widgets.knowledge_ports import Knowledge
from widgets.learning_ports import Learning
from widgets.passkey_ports import Passkeys
from widgets.reports.ports import Reports
from widgets.samples import Samples
from widgets.search_ports import HelpSearching
from widgets.sign_on_ports import SignedIn, SignOns


class Settings(Protocol):
    @property
    def demo(self) -> bool: ...
    @property
    def sends_mail(self) -> bool: ...
    @property
    def receives_mail(self) -> bool: ...
    @property
    def brand_name(self) -> str: ...
    @property
    def assist_host(self) -> str | None: ...
    @property
    def video_hosts(self) -> tuple[str, ...]: ...
    @property
    def brand_color(self) -> str | None: ...
    @property
    def brand_logo(self) -> Path | None: ...


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team that customers may choose. `chat` and `mail` have the hours in which the team answers these."""

    key: str
    name: str
    topic: str
    topics: Mapping[str, str]
    """The translations of `topic`, by language."""
    email: str | None
    products: Sequence[str]
    proven_only: bool
    """True if only customers with a proven identity may write to this team."""
    chat: Hours
    mail: Hours


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a form that was stored. `size` is in bytes."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class NotAttached:
    """A file of a form that was refused. `fault` is a word for the reason. `sentence` gives the reason in English."""

    name: str
    fault: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was sent."""

    values: Mapping[str, str]
    attached: Sequence[Attached] = ()
    refused: Sequence[NotAttached] = ()

    def line(self, name: str) -> str:
        """The value of a field, without spaces at its start and end. Empty if the form does not have the field."""
        return self.values.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class RequestView:
    """A customer's ticket with its conversation. `may_write` is True if the reader takes part in the ticket.

    `as_seen` is True if the ticket now belongs to somebody else. Then the reader gets only what they could read before,
    and no files. `mailed` has the `seq` of each reply that came by email. `issue_solved` is True if the ticket is a
    duplicate whose issue is solved.
    """

    ticket: TicketView
    may_write: bool
    as_seen: bool = False
    mailed: Collection[int] = ()
    issue_solved: bool = False


class Portal(FieldsOfRequests, Protocol):
    """The functions that the customers' pages need.

    Customers without an account are recognized by a cookie of their browser. In an outage, methods that read or write
    raise Refused(`unavailable`) with the fact `outcome`: `unsaved`, or `unknown` if the change may have been saved.
    """

    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    def zone(self, request: Request) -> str | None:
        """The browser's time zone as an IANA name. None if no script has reported it."""
        ...

    def keep_language(self, request: Request, tag: str) -> None:
        """Remember this language in this browser. Raises Refused(invalid) for a language without texts."""
        ...

    async def customer(self, request: Request) -> Actor | None:
        """The customer who opens a page. None if this browser is not known yet."""
        ...

    async def writer(self, request: Request) -> Actor:
        """The customer who opens or sends a form.

        A browser that is not known becomes a new visitor and gets a cookie.
        """
        ...

    def check_form(self, request: Request) -> None:
        """Raise Refused(forbidden) if the form does not come from our own pages."""
        ...

    async def read_form(self, request: Request, customer: Actor) -> Form:
        """The form with its files, which are stored. Raises Refused: `too_large`, `bad_frame` if the body is not a
        form, or the reason why uploads are not accepted now."""
        ...

    async def read_texts(self, request: Request) -> Form:
        """The form without its files. Works for anybody, even while nothing can be saved. Raises Refused: `too_large`,
        or `bad_frame` if the body is not a form."""
        ...

    def teams(self) -> Sequence[TeamView]: ...

    async def submit(self, request: Request, customer: Actor, wanted: NewTicket, key: str) -> int:
        """Create a ticket, or find the one that an earlier call with the same `key` created. Returns the ticket's
        number. Raises Refused: `rate_limited`, or the refusals of `Correspondence.create`."""
        ...

    async def reply(self, request: Request, customer: Actor, number: int, said: NewReply, seen: str, key: str) -> int:
        """Write on a ticket. Returns the number of the ticket, or of the follow-up ticket that the reply created.

        `seen` is the status that the customer saw. Raises Refused: `conflict` if staff have solved the ticket since
        then, `not_found` if the customer may not see it, `rate_limited`, or the refusals of `Correspondence.reply`.
        """
        ...

    async def requests(self, request: Request, customer: Actor, filters: Filters, cursor: str | None) -> Listed:
        """The customer's requests. Raises Refused: `invalid` for a wrong filter or cursor, or the refusals of
        `request`."""
        ...

    async def request(self, request: Request, customer: Actor, number: int) -> RequestView:
        """The ticket with its conversation.

        Also marks the ticket as read by the customer. Raises Refused: `not_found` if the customer may not see the
        ticket, `rate_limited` or `unavailable` if too much is read at once.
        """
        ...

    async def shows(self, request: Request, number: int) -> bool:
        """True if this browser may read the ticket, and the requester's address is proven."""
        ...

    async def link_works(self, number: int, token: str) -> bool:
        """True if the link in a letter can still prove the requester's address. Changes nothing."""
        ...

    async def confirm(self, request: Request, number: int, token: str) -> None:
        """Use up the link: prove the requester's address for this ticket, and let this browser read the ticket.

        Raises Refused: `not_found` for a link that does not work.
        """
        ...

    async def send_link(self, request: Request, number: int, token: str) -> None:
        """Send another link to the address that got the link with `token`. Does nothing for a link that was never sent.
        Raises Refused(`rate_limited`) after too many letters."""
        ...

    async def handover(self, token: str) -> HandoverView | None:
        """The hand-over to which the link with `token` belongs. None for a link that was never sent. Changes
        nothing."""
        ...

    async def acknowledge(self, token: str) -> bool:
        """Acknowledge the hand-over of a link. Returns False if it was acknowledged before. Raises Refused: `not_found`
        for a link that does not work."""
        ...

    async def comes_back(self, address: str) -> bool:
        """True if letters to this email address came back. Then no more letters are sent to the address."""
        ...

    async def mail_transcript(self, request: Request, customer: Actor, number: int) -> None:
        """Mail the conversation to the customer, who is the requester of the ticket. Raises Refused: `forbidden` for
        anybody else, `conflict` if the requester has no address or letters to it come back, `rate_limited` after too
        many letters."""
        ...

    async def file(self, request: Request, customer: Actor, id_: str) -> str:
        """The URL of a file, which works for some minutes. Raises Refused(not_found) for a file that the customer may
        not read."""
        ...


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A browser in which somebody is signed in. `used_at` is in ms since the epoch, UTC."""

    id: str
    current: bool
    user_agent: str
    network: str
    used_at: int


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account of a customer who signed up here. `client` is the customer's company."""

    name: str
    email: str
    locale: str
    timezone: str
    client: str | None
    devices: Sequence[DeviceView]


class Accounts(SignOns, Protocol):
    """The functions that the pages of accounts need. Every method may raise Refused, for example during an outage."""

    async def read_form(self, request: Request, *, long: bool = False) -> Form:
        """The form that was sent, without files. With `long`, it may have hundreds of fields. Raises
        Refused(forbidden) if the form does not come from our own pages."""
        ...

    async def ask(
        self, request: Request, email: str, name: str, locale: str, timezone: str, *, forgotten: bool
    ) -> None:
        """Send a letter to the email address.

        A customer's letter has a link to confirm the address and choose a password. A staff member's letter has no
        link.
        """
        ...

    async def opened(self, token: str) -> tuple[str, str | None, bool] | None:
        """What belongs to a link: the email address that it confirms, the name that was given with it, and whether a
        new account would be created.

        None if the link no longer works. This call changes nothing.
        """
        ...

    async def confirm(self, request: Request, token: str, password: str, name: str | None) -> SignedIn:
        """Confirm the email address of a link, set the password, and sign in.

        If `name` is None, a new account gets the name that was given when the link was requested.

        Raises Refused(not_found) if the link no longer works.
        """
        ...

    async def sign_in(self, request: Request, email: str, password: str, totp: str) -> SignedIn:
        """Sign in with a password.

        Raises Refused with the field `totp` if a code is needed, or if the code is wrong.
        """
        ...

    async def sign_out(self, request: Request) -> Callable[[Response], None]:
        """End the session. Returns a function that removes the cookies of the session in a response."""
        ...

    async def own(self, request: Request, actor: Actor) -> AccountView:
        """The account of the signed-in customer. Raises Refused(forbidden) for customers of a host site."""
        ...

    async def change(
        self, request: Request, actor: Actor, name: str, locale: str, timezone: str
    ) -> Callable[[Response], None]:
        """Change the account.

        Returns a function that stores the language and the time zone in this browser: it sets cookies in a response.
        """
        ...

    async def choose_password(self, request: Request, actor: Actor, old: str, new: str) -> None:
        """Set another password, and end all other sessions."""
        ...

    async def not_mine(self, actor: Actor, number: int) -> None:
        """Give a request that another browser began with the customer's email address back to that browser."""
        ...

    async def sign_out_device(self, request: Request, actor: Actor, device: str, password: str | None) -> None:
        """End another session of the customer. If `device` is empty, end all other sessions. `password` is None for a
        customer without a password."""
        ...


class Program(HasCannedReplies, Protocol):
    """The functions of the program that pages use. The program puts a `Program` into `app.state.pages`."""

    @property
    def settings(self) -> Settings: ...

    @property
    def samples(self) -> Samples | None:
        """The demo's people. None outside the demo."""
        ...

    async def actor_of(self, request: Request) -> Actor | None:
        """The signed-in person. None if nobody is signed in. The call extends the person's session."""
        ...

    def has_session(self, request: Request) -> bool:
        """True if the sender of the request may be a member of staff. The session cookie is not checked for this."""
        ...

    async def has_ticket(self, request: Request, actor: Actor, number: int) -> bool:
        """True if there is such a ticket that the actor may read."""
        ...

    async def color_wait(self, request: Request) -> float:
        """Seconds until a style sheet may be computed for one more color. 0 if it may be computed now."""
        ...

    def timezone(self, request: Request) -> str:
        """The desk's time zone, as an IANA name."""
        ...

    def team_names(self, request: Request, keys: Iterable[str]) -> list[str]: ...

    @property
    def portal(self) -> Portal: ...

    @property
    def knowledge(self) -> Knowledge: ...
    @property
    def learning(self) -> Learning: ...

    @property
    def availability(self) -> Availability: ...

    @property
    def authors(self) -> Authors: ...
    @property
    def live_sessions(self) -> LiveSessions: ...
    @property
    def following(self) -> FollowingPages: ...
    @property
    def help_search(self) -> HelpSearching: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def administration(self) -> Administration: ...

    @property
    def reports(self) -> Reports: ...


def program_of(request: Request) -> Program:
    program: Program = request.app.state.pages
    return program
