"""A desk for browsers: `switchboard` as a process of its own, people who can sign in, a page of another origin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from clock import system_clock
from identity.adapters.store import SqlStore
from identity.passwords import Passwords
from identity.service import Identity
from routing.adapters import store
from routing.adapters.hours_file import load
from server.edge.deadlines import DEADLINES, Deadlines
from server.live.sweeps import Intervals
from server.settings import Settings
from server.settings.values import Limits
from storage.ports import Tx
from tests.faults.server import ServerProcess, free_port
from tests.hashing import QUICK
from tests.running import RunningDesk, running, store_of
from tests.sample import copied

PASSWORD = "a password of the tests"
HOURS = """\
timezone: America/New_York
schedules:
  always: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
           fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}
teams:
  media: {name: Media, schedule: always, email: media@teams.example}
  finance: {name: Finance, schedule: always, email: finance@teams.example}
"""


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours_with(finance: str) -> str:
    """An hours file in which Media is always open, and Finance by this schedule."""
    with_schedule = HOURS.replace("teams:", f"  today: {finance}\nteams:")
    return with_schedule.replace("Finance, schedule: always", "Finance, schedule: today")


def closed_today() -> str:
    """Open again in three days."""
    return f'{{{DAYS[(_now().weekday() + 3) % 7]}: ["09:00-17:00"]}}'


def closing_soon() -> str:
    """Open for ten more minutes: less than the notice that who waits gets."""
    start, end = _now(), _now() + timedelta(minutes=10)
    spans = {DAYS[start.weekday()]: "24:00"} | {DAYS[end.weekday()]: f"{end:%H:%M}"}
    return "{" + ", ".join(f'{day}: ["00:00-{until}"]' for day, until in spans.items()) + "}"


def _now() -> datetime:
    return datetime.now(ZoneInfo("America/New_York"))


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who can sign in, with PASSWORD."""

    name: str
    teams: tuple[str, ...]
    role: str = "agent"

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@desk.example"


PRIYA = Staff("Priya Raman", ("media",))
DESHAWN = Staff("Deshawn Whitfield", ("finance",))


class DemoProcess(ServerProcess):
    """`switchboard demo`."""

    def words(self) -> list[str]:
        return ["demo", "--port", str(self.port)]


@asynccontextmanager
async def serving(
    folder: Path, people: Sequence[Staff], *, widget_on: str = "", open_at: str = HOURS, limits: str = ""
) -> AsyncIterator[ServerProcess]:
    """A desk in `folder`, as a process of its own. Media and Finance are always open, unless `open_at`, an hours file,
    says otherwise; pages of `widget_on` may carry the widget; rate limits are the usual ones, unless `limits` are
    given."""
    server = await prepared(folder, people, widget_on=widget_on, open_at=open_at, limits=limits)
    async with _running(server):
        yield server


async def prepared(
    folder: Path, people: Sequence[Staff], *, widget_on: str = "", open_at: str = HOURS, limits: str = ""
) -> ServerProcess:
    """The same, not started yet."""
    data, hours = await _furnished(folder, people, open_at)
    settings = {"SWITCHBOARD_RATE_LIMITS": limits, **({"SWITCHBOARD_WIDGET_ORIGINS": widget_on} if widget_on else {})}
    return ServerProcess(data, free_port(), hours=hours, settings=settings)


class DeskSettings(TypedDict, total=False):
    """Fields of `server.settings` that tests give a desk."""

    rate_limits: str | Limits
    widget_origins: str | None
    identity_secret: str
    second_factor: str
    challenge_url: str
    challenge_site_key: str
    challenge_secret: str
    egress_allow: str
    video_hosts: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_staff_issuer: str
    oidc_staff_client_id: str
    oidc_staff_client_secret: str
    smtp_url: str
    mail_domain: str
    mail_listen: str
    mail_authserv_id: str


@asynccontextmanager
async def serving_here(
    folder: Path,
    people: Sequence[Staff],
    clock: Callable[[], int] = system_clock,
    *,
    open_at: str = HOURS,
    intervals: Intervals | None = None,
    deadlines: Deadlines = DEADLINES,
    **settings: Unpack[DeskSettings],
) -> AsyncIterator[RunningDesk]:
    """The same in this loop: it starts in a tenth of the time, and its `clock` may stand still."""
    data, hours = await _furnished(folder, people, open_at)
    settings.setdefault("rate_limits", Limits())
    async with running(data, clock, hours=hours, intervals=intervals, deadlines=deadlines, **settings) as desk:
        yield desk


OpenDesk = Callable[..., Awaitable[RunningDesk]]
"""Opens a desk; takes the arguments of `serving_here` but the folder."""


@asynccontextmanager
async def demo(folder: Path, sample: Path) -> AsyncIterator[ServerProcess]:
    """The demo, kept in `folder`, with a sample that is made already (`tests/sample.py`)."""
    data = folder / "data"
    copied(sample, data / "demo")
    more = {"SWITCHBOARD_RATE_LIMITS": "", "SWITCHBOARD_DATA": str(data)}
    async with _running(DemoProcess(data, free_port(), settings=more)) as server:
        yield server


@asynccontextmanager
async def _running(server: ServerProcess) -> AsyncIterator[ServerProcess]:
    try:
        await server.start()
        yield server
    finally:
        server.close()


@cache
def _password_hash() -> str:
    return Passwords(QUICK).hash(PASSWORD)


async def _furnished(folder: Path, people: Sequence[Staff], open_at: str) -> tuple[Path, Path]:
    """The data folder, with these people in it, and the hours file."""
    data, hours = folder / "data", folder / "hours.yaml"
    data.mkdir(parents=True)
    hours.write_text(open_at, encoding="utf-8")
    await _enrol(data, hours, people)
    return data, hours


async def _enrol(data: Path, hours: Path, people: Sequence[Staff]) -> None:
    known = list(load(hours).teams)
    storage = await store_of(Settings(data=data))

    def unit(tx: Tx) -> None:
        for one in people:
            add(tx, one, known, system_clock())

    try:
        await storage.write(unit)
    finally:
        await storage.close()


def add(tx: Tx, one: Staff, known: Sequence[str], now: int) -> None:
    """Add somebody who can sign in. `known`: the teams of the desk."""
    actor = Identity(SqlStore()).add_user(
        tx,
        email=one.email,
        name=one.name,
        role=one.role,
        teams=one.teams,
        known_teams=known,
        now=now,
        password_hash=_password_hash(),
    )
    store.enrol(tx, actor.id, now)


class HostSite:
    """A site that is not ours. Its one page carries the widget of `desk`, once there is one."""

    def __init__(self, port: int) -> None:
        # Not by the desk's name: to the browser it is another site, which keeps the frame's storage apart.
        self.origin = f"http://localhost:{port}"
        self.become_plain()

    def become_plain(self) -> None:
        """A page without a desk, and with nothing special about it."""
        self.desk = ""
        self.attributes = ""
        """What the script has besides its address: `data-team="media"`."""
        self.head = ""
        """HTML of the site's own, before the script."""
        self.body = "<h1>Orders</h1><p>Somebody else’s page.</p>"
        self.copies = 1
        """How many times the script is on the page."""

    @property
    def page(self) -> str:
        script = f'<script src="{escape(self.desk)}/widget.js" {self.attributes} async></script>' if self.desk else ""
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Orders</title><link rel="icon" href="data:,">'
            f"{self.head}{script * self.copies}<main>{self.body}</main></html>"
        )


@contextmanager
def host_site() -> Iterator[HostSite]:
    """A site of another origin than the desk's, served from here."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = HostSite(server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
