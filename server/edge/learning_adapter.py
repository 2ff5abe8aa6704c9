"""Implements `widgets.learning_ports.Learning`: the pages of the learning center."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request

from clock import Clock
from identity.actor import Actor
from learning.adapters.calendar_files import calendar_file
from learning.booking import Place
from learning.library import PlaylistShown
from learning.places import VideoPlace
from learning.ports import Listed
from learning.sessions import HELD, Registrant
from learning.suggested import Attached
from refusals import Refused
from server.edge.authentication import Authentication, place_of
from server.edge.http_limits import HttpLimits
from server.edge.outages import as_refusals
from server.live.learning.learning_center import LearningCenter
from server.settings import Settings
from storage.ports import Storage, Tx
from texts.addresses import email_address
from texts.visible import fault_of_line
from widgets.learning_ports import Center, Change, Own, SessionsShown
from widgets.ports import Portal
from widgets.shared.catalogues import catalogue_for

NAME_MAX = 200
RECORDINGS = 40
YEAR_MS = 366 * 24 * 3_600_000


class LearningAdapter:
    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        storage: Storage,
        authentication: Authentication,
        portal: Portal,
        limits: HttpLimits,
        center: LearningCenter,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._storage = storage
        self._authentication = authentication
        self._portal = portal
        self._limits = limits
        self._center = center

    # -- reading ------------------------------------------------------------------------

    @as_refusals
    async def center(self, request: Request) -> Center:
        customer, now = await self._portal.customer(request), self._clock()
        library, planning = self._center.library, self._center.planning

        def read(tx: Tx) -> Center:
            return Center(
                catalogue=library.catalogue(tx),
                plans=library.plans(tx),
                sessions=planning.listed(tx, now),
                done=library.done(tx, _with_account(customer)),
                places=self._center.watching.places(tx, _with_account(customer)),
                playlists=library.playlists(tx, _ids(customer)),
            )

        return await self._storage.read(read)

    @as_refusals
    async def playlist(self, request: Request, id_: str) -> PlaylistShown:
        persons = _ids(await self._portal.customer(request))
        return await self._storage.read(lambda tx: self._center.library.playlist(tx, _checked(id_), persons))

    @as_refusals
    async def sessions(self, request: Request) -> SessionsShown:
        customer, now = await self._portal.customer(request), self._clock()
        library, planning, persons = self._center.library, self._center.planning, _ids(customer)

        def read(tx: Tx) -> SessionsShown:
            return SessionsShown(
                sessions=planning.listed(tx, now),
                own=self._center.booking.own(tx, persons, now) if persons else [],
                recordings=planning.recordings(tx, now, RECORDINGS),
                catalogue=library.catalogue(tx),
                done=library.done(tx, _with_account(customer)),
                dates=f"/webinars/dates/{self._center.links.of_person(customer.account)}.ics"
                if customer is not None and customer.account
                else None,
            )

        return await self._storage.read(read)

    @property
    def name(self) -> str | None:
        return self._settings.learning_name

    @property
    def playlist_label(self) -> str | None:
        return self._settings.playlist_label

    @as_refusals
    async def coming(self, limit: int) -> Sequence[Listed]:
        now = self._clock()
        listed = await self._storage.read(lambda tx: self._center.planning.listed(tx, now))
        return [one for one in listed if one.session.starts_at > now][:limit]

    @as_refusals
    async def own(self, actor: Actor) -> Own:
        now, library, booking = self._clock(), self._center.library, self._center.booking

        def read(tx: Tx) -> Own:
            places = self._center.watching.places(tx, actor.ids)
            resources = {one.article: one for one in library.catalogue(tx).published} if places else {}
            begun = [(resources[place.article], place) for place in places.values() if place.article in resources]
            begun.reverse()
            return Own(library.playlists(tx, actor.ids), booking.own(tx, actor.ids, now), begun)

        return await self._storage.read(read)

    @as_refusals
    async def stopped_in(self, request: Request, article: int) -> VideoPlace | None:
        persons = _with_account(await self._portal.customer(request))
        if not persons:
            return None
        return await self._storage.read(lambda tx: self._center.watching.places(tx, persons).get(article))

    @as_refusals
    async def of_ticket(self, number: int, address: str | None) -> Attached:
        return await self._storage.read(lambda tx: self._center.suggested.attached(tx, number, address))

    # -- playlists ----------------------------------------------------------------------

    @as_refusals
    async def build(self, request: Request, title: str, topics: Sequence[str], kinds: Collection[str]) -> str:
        self._authentication.refuse_foreign_origin(request)
        catalogue = await self._storage.read(self._center.library.catalogue)
        if not {topic.source for topic in catalogue.topics}.intersection(topics):
            # Nothing is kept for a browser that chose nothing.
            raise Refused("invalid", "Choose at least one topic.", {"topics": "Choose at least one topic."})
        writer, id_, now = await self._portal.writer(request), _new_id(), self._clock()
        build = self._center.library.build
        await self._storage.write(lambda tx: build(tx, writer.customer, id_, title, topics, kinds, now))
        return id_

    @as_refusals
    async def copy(self, request: Request, id_: str) -> str:
        self._authentication.refuse_foreign_origin(request)
        await self.playlist(request, id_)
        writer, new, now = await self._portal.writer(request), _new_id(), self._clock()
        await self._storage.write(lambda tx: self._center.library.copy(tx, writer.customer, new, _checked(id_), now))
        return new

    async def change_playlist(self, request: Request, id_: str, what: Change, item: int, to: int) -> None:
        library, now = self._center.library, self._clock()

        def change(tx: Tx, persons: Collection[str]) -> None:
            items = library.playlist(tx, id_, persons).playlist.items
            place = items.index(item) if item in items else 0
            if what in ("up", "down", "move"):
                goal = to if what == "move" else place - 1 if what == "up" else place + 1
                library.move(tx, id_, persons, item, goal, now)
            elif what == "remove":
                library.remove(tx, id_, persons, item, now)
            else:
                library.add_newer(tx, id_, persons, item, wanted=what == "add", now=now)

        await self._own(request, id_, change)

    async def rename_playlist(self, request: Request, id_: str, title: str) -> None:
        now = self._clock()
        await self._own(
            request, id_, lambda tx, persons: self._center.library.change(tx, id_, persons, title, None, now)
        )

    async def delete_playlist(self, request: Request, id_: str) -> None:
        await self._own(request, id_, lambda tx, persons: self._center.library.delete(tx, id_, persons))

    @as_refusals
    async def _own(self, request: Request, id_: str, act: Callable[[Tx, Collection[str]], object]) -> None:
        self._authentication.refuse_foreign_origin(request)
        persons = _ids(await self._portal.customer(request))
        _checked(id_)
        await self._storage.write(lambda tx: act(tx, persons))

    @as_refusals
    async def finish(self, request: Request, key: str, *, done: bool) -> None:
        self._authentication.refuse_foreign_origin(request)
        customer = await self._portal.customer(request)
        if customer is None or not _with_account(customer):
            raise Refused("unauthorized", "Sign in, and your progress is kept.")
        person, persons, now = customer.customer, customer.ids, self._clock()
        finish = self._center.library.finish
        await self._storage.write(lambda tx: finish(tx, person, persons, key, done=done, now=now))

    # -- registrations ------------------------------------------------------------------

    @as_refusals
    async def register(self, request: Request, id_: int) -> Place:
        self._authentication.refuse_foreign_origin(request)
        customer = await self._portal.customer(request)
        if customer is None or not customer.identified or customer.email is None:
            raise Refused("unauthorized", "Sign in, or give your name and address.")
        who = self._registrant(request, customer, customer.name or customer.email, customer.email)
        now = self._clock()
        async with self._center.turns.turn():
            return await self._storage.write(lambda tx: self._center.booking.register(tx, id_, who, now))

    @as_refusals
    async def ask(self, request: Request, id_: int, name: str, address: str) -> None:
        self._authentication.refuse_foreign_origin(request)
        kept = email_address(address)
        if kept is None:
            sentence = "That doesn't look like an email address."
            raise Refused("invalid", sentence, {"email": sentence})
        if not name or len(name) > NAME_MAX or fault_of_line(name) is not None:
            sentence = "Write your name on one line, with letters."
            raise Refused("invalid", sentence, {"name": sentence})
        await self._limits.check(request, None, "opt_ins")
        writer, now = await self._portal.writer(request), self._clock()
        who = self._registrant(request, writer, name, kept)
        async with self._center.turns.turn():
            await self._storage.write(lambda tx: self._center.booking.ask(tx, id_, who, now))

    @as_refusals
    async def leave(self, request: Request, id_: int) -> Place:
        self._authentication.refuse_foreign_origin(request)
        persons, booking, now = _ids(await self._portal.customer(request)), self._center.booking, self._clock()

        def leave(tx: Tx) -> Place:
            return booking.leave(tx, booking.own_in(tx, persons, id_).id, now)

        return await self._storage.write(leave)

    @as_refusals
    async def registration(self, token: str) -> Place:
        id_ = self._id_of(token)
        return await self._storage.read(lambda tx: self._center.booking.place_of(tx, id_))

    @as_refusals
    async def use_link(self, request: Request, token: str, what: Literal["confirm", "accept", "leave"]) -> Place:
        self._authentication.refuse_foreign_origin(request)
        id_, booking, now = self._id_of(token), self._center.booking, self._clock()
        act = {"confirm": booking.confirm, "accept": booking.accept, "leave": booking.leave}[what]
        async with self._center.turns.turn():
            return await self._storage.write(lambda tx: act(tx, id_, now))

    @as_refusals
    async def calendar(self, request: Request, id_: int, token: str) -> bytes:
        persons = _ids(await self._portal.customer(request))
        known, booking = self._center.links.registration(token) if token else None, self._center.booking

        def read(tx: Tx) -> bytes:
            session = self._center.planning.session(tx, id_).session
            places = booking.own(tx, persons, 0) if persons else []
            if known is not None:
                places.append(booking.place_of(tx, known))
            with_link = any(place.session.id == id_ and place.registration.standing == "registered" for place in places)
            return calendar_file([session], self._host(), self._settings.base_url, with_link=with_link)

        return await self._storage.read(read)

    @as_refusals
    async def dates(self, token: str) -> bytes:
        person, now = self._center.links.person(token), self._clock()
        if person is None:
            raise Refused("not_found", "There is no such calendar.")
        persons = [person]

        def read(tx: Tx) -> bytes:
            places = self._center.booking.own(tx, persons, now - YEAR_MS)
            held = [place.session for place in places if place.registration.standing in HELD]
            return calendar_file(held, self._host(), self._settings.base_url, with_link=True)

        return await self._storage.read(read)

    def link_of(self, place: Place) -> str:
        return f"/webinars/registrations/{self._center.links.of_registration(place.registration.id)}"

    def _registrant(self, request: Request, actor: Actor, name: str, address: str) -> Registrant:
        return Registrant(
            person=actor.customer,
            name=name,
            address=address,
            locale=catalogue_for(request).tag,
            zone=self._portal.zone(request) or "",
            origin=place_of(request),
        )

    def _id_of(self, token: str) -> int:
        id_ = self._center.links.registration(token)
        if id_ is None:
            raise Refused("not_found", "There is no such registration.")
        return id_

    def _host(self) -> str:
        return urlsplit(self._settings.base_url).hostname or "desk"


def _ids(customer: Actor | None) -> tuple[str, ...]:
    return customer.ids if customer is not None else ()


def _with_account(customer: Actor | None) -> tuple[str, ...]:
    """The ids of a customer whose progress is kept. Progress needs an account."""
    return customer.ids if customer is not None and customer.identified else ()


def _new_id() -> str:
    return secrets.token_urlsafe(16)


def _checked(id_: str) -> str:
    if not (len(id_) == 22 and id_.isascii() and id_.replace("-", "").replace("_", "").isalnum()):
        raise Refused("not_found", "There is no such playlist.")
    return id_
