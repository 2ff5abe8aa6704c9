"""Sends news to the connections of all processes of the desk."""

from __future__ import annotations

from typing import Literal

import msgspec
import structlog

from chat.adapters.hub import Hub
from chat.adapters.peer import coalescing_key
from chat.frames.ephemeral import (
    ChatClosing,
    ChatSilent,
    Ephemeral,
    InboxChanged,
    PageEvent,
    ReadEvent,
    ReviewFeedback,
    TypingEvent,
)
from chat.frames.floor import Alarm
from server.live.telling import HubTelling
from server.live.wakes import Wakes

Shared = TypingEvent | ReadEvent | PageEvent | ChatSilent | ChatClosing | Alarm | ReviewFeedback | InboxChanged
"""The news that other processes pass on. All other news is told by each process itself."""

SIZE_MAX = 7_000
"""Maximum bytes of news with a typed text. Longer texts are left out."""

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
    only: str | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Parcel)


class SharedTelling(HubTelling):
    """Implements `server.live.ports.Telling`. If the desk has one process, it is `HubTelling`.

    Use it for news that only one process notices.
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
            parcel = Parcel("followers", chat, event, besides, to_staff, to_customer)
            if isinstance(event, TypingEvent) and event.preview and _size(parcel) > SIZE_MAX:
                parcel = msgspec.structs.replace(parcel, event=msgspec.structs.replace(event, preview=None))
            self._share(parcel)

    def to_supervisors(self, team: str, event: Ephemeral, *about: str, only: str | None = None) -> None:
        super().to_supervisors(team, event, *about, only=only)
        if self._wakes.are_heard and isinstance(event, Shared):
            self._share(Parcel("supervisors", team, event, about=about, only=only))

    def to_person(self, person: str, event: Ephemeral, *about: str) -> None:
        super().to_person(person, event, *about)
        if self._wakes.are_heard and isinstance(event, Shared):
            self._share(Parcel("person", person, event, about=about))

    def _share(self, parcel: Parcel) -> None:
        # Unsent news is replaced by newer news with the same key, as in the send queue of a connection.
        audience = f"{parcel.to_staff:d}{parcel.to_customer:d}"
        key = (parcel.to, parcel.id, parcel.only or "", audience, *coalescing_key(parcel.event), *parcel.about)
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
            super().to_supervisors(parcel.id, parcel.event, *parcel.about, only=parcel.only)
        else:
            super().to_person(parcel.id, parcel.event, *parcel.about)


def _size(parcel: Parcel) -> int:
    """The bytes of the news in a wake-up, where its quotes are escaped again."""
    return len(_encoder.encode(_encoder.encode(parcel).decode()))
