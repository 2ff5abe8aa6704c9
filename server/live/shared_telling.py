"""Sends news to the connections of all processes of the desk."""

from __future__ import annotations

from typing import Literal

import msgspec
import structlog

from chat.adapters.hub import Hub
from chat.adapters.peer import coalescing_key
from chat.frames import (
    Alarm,
    ChatClosing,
    ChatSilent,
    ChatWatched,
    Ephemeral,
    PageEvent,
    ReadEvent,
    TypingEvent,
)
from server.live.telling import HubTelling
from server.live.wakes import Wakes

Shared = TypingEvent | ReadEvent | PageEvent | ChatSilent | ChatClosing | ChatWatched | Alarm
"""The news that other processes pass on. All other news is told by each process itself."""

log = structlog.get_logger(__name__)


class Parcel(msgspec.Struct, frozen=True, array_like=True):
    """News on its way to the other processes. `id` is that of a chat, a team or a person."""

    to: Literal["followers", "supervisors", "person"]
    id: str
    event: Shared
    besides: str | None = None
    to_staff: bool = True
    to_customer: bool = True
    about: tuple[str, ...] = ()


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Parcel)


class SharedTelling(HubTelling):
    """Implements `server.live.ports.Telling`. If the desk has one process, it is `HubTelling`.

    Use it for news that only one process notices. Texts that somebody is typing do not leave the process.
    """

    def __init__(self, hub: Hub, wakes: Wakes) -> None:
        super().__init__(hub)
        self._wakes = wakes
        self.to_followers = self._to_followers

    def _to_followers(
        self,
        chat: str,
        event: Ephemeral,
        *,
        besides: str | None = None,
        to_staff: bool = True,
        to_customer: bool = True,
    ) -> None:
        self._hub.news(chat, event, besides=besides, to_staff=to_staff, to_customer=to_customer)
        if self._wakes.are_heard and (to_staff or to_customer) and isinstance(event, Shared):
            if isinstance(event, TypingEvent):
                event = msgspec.structs.replace(event, preview=None)
            self._share(Parcel("followers", chat, event, besides, to_staff, to_customer))

    def to_supervisors(self, team: str, event: Ephemeral, *about: str) -> None:
        super().to_supervisors(team, event, *about)
        if self._wakes.are_heard and isinstance(event, Shared):
            self._share(Parcel("supervisors", team, event, about=about))

    def to_person(self, person: str, event: Ephemeral, *about: str) -> None:
        super().to_person(person, event, *about)
        if self._wakes.are_heard and isinstance(event, Shared):
            self._share(Parcel("person", person, event, about=about))

    def _share(self, parcel: Parcel) -> None:
        # Unsent news is replaced by newer news with the same key, as in the send queue of a connection.
        audience = f"{parcel.to_staff:d}{parcel.to_customer:d}"
        key = (parcel.to, parcel.id, audience, *coalescing_key(parcel.event), *parcel.about)
        self._wakes.news("\n".join(key), _encoder.encode(parcel).decode())

    def pass_on(self, data: str) -> None:
        """Send news of another process to the connections of this process."""
        try:
            parcel = _decoder.decode(data)
        except msgspec.MsgspecError:
            log.warning("news_refused", bytes=len(data))
            return
        if parcel.to == "followers":
            to_staff, to_customer = parcel.to_staff, parcel.to_customer
            self._hub.news(parcel.id, parcel.event, besides=parcel.besides, to_staff=to_staff, to_customer=to_customer)
        elif parcel.to == "supervisors":
            super().to_supervisors(parcel.id, parcel.event, *parcel.about)
        else:
            super().to_person(parcel.id, parcel.event, *parcel.about)
