"""Wake-ups: what they say, and how they are written into payloads.

A wake-up says what has changed, and not what it is now. The process that gets one reads the database. So a wake-up that
is lost only delays, and one that is repeated does no harm. There are two exceptions: news that nothing stores, and a
stored event, which never changes and spares the read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

Key = tuple[str, str]
"""The kind of the thing that changed, and its id."""
Changed = tuple[int, str]
"""The `seq` and the news of a wake-up."""


class Wake(msgspec.Struct, frozen=True, array_like=True):
    kind: str
    id: str
    seq: int = 0
    """The last number of the changed log, if the wake-up is about a log."""
    news: str = ""
    """News that nothing stores, such as that somebody types, or the event with this `seq` of a log. Empty in all other
    wake-ups."""


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """The wake-ups that one process sends together."""

    process: str
    wakes: list[Wake]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Batch)


def payloads(process: str, changed: Mapping[Key, Changed], payload_max: int) -> Iterator[str]:
    """The payloads for these changes, each with at most `payload_max` bytes. News that does not fit is dropped. A
    wake-up with a `seq` is sent without it."""
    wakes = [Wake(kind, id_, *change) for (kind, id_), change in changed.items()]
    yield from _split(process, wakes, payload_max)


def _split(process: str, wakes: list[Wake], payload_max: int) -> Iterable[str]:
    payload = _encoder.encode(Batch(process, wakes))
    if len(payload) <= payload_max:
        return [payload.decode()]
    if len(wakes) == 1:
        (wake,) = wakes
        return _split(process, [Wake(wake.kind, wake.id, wake.seq)], payload_max) if wake.seq and wake.news else []
    middle = len(wakes) // 2
    return [*_split(process, wakes[:middle], payload_max), *_split(process, wakes[middle:], payload_max)]


def read(payload: str) -> Batch | None:
    """The wake-ups in a payload. None if this is no payload of a desk."""
    try:
        return _decoder.decode(payload)
    except msgspec.MsgspecError:
        return None
