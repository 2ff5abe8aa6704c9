"""Redraws a picture: same pixels, turned upright, without metadata or anything appended to the file.

The decoders are written in C and read what strangers send, so this runs in a process with limits of CPU and memory
(`pictures.worker`).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import GifImagePlugin, Image, ImageOps, PngImagePlugin, WebPImagePlugin
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from attachments.adapters.pictures.protocol import DAMAGED, OUT_MAX, TOO_DEAR, Format
from chat.errors import invalid
from refusals import Refused

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PIXELS_MAX = 40_000_000
"""Of a picture, or of all frames of an animation."""
WEBP_PIXELS_MAX = 12_000_000
"""Of one frame of a WebP: encoding it takes three times as much memory."""
FRAMES_MAX = 500
ICC_MAX = 64 * 1024
"""Bytes in a colour profile; a larger one is left out."""
GROWTH_MAX = 4
GROWN_MIN = 1024 * 1024
"""A redrawn picture may have so many times the bytes of the original, or this many."""
PNG_CLOSELY = 2_500_000
"""Pixels up to which a PNG is packed closely: 0.3 s of CPU per million in the worst case. Above: 0.1 s."""
_QUALITY = 85
_CHUNKS_MAX = 100
"""Chunks before the picture in a WebP."""

# Refused by its header, before a pixel of it is read: Pillow does so itself above twice as many.
Image.MAX_IMAGE_PIXELS = PIXELS_MAX
# Loads the four readers. Pillow would look through all its formats for a picture that none of them opens.
PLUGINS = (GifImagePlugin, JpegImageFile, PngImagePlugin, WebPImagePlugin)
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError,
    struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's readers raise for what is not a whole picture."""


class _Grown(Exception):
    """The output has more bytes than it may have."""


class _Output(BytesIO):
    """Takes so many bytes. Encoding ends there, not once all is encoded."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, content: ReadableBuffer, /) -> int:
        if self.tell() + memoryview(content).nbytes > self._most:
            raise _Grown
        return super().write(content)


@dataclass(frozen=True, slots=True)
class _Frames:
    """An animation. Durations are in ms."""

    pictures: list[Image.Image]
    durations: list[int]
    loop: int | None


def redrawn(content: bytes, format: Format) -> bytes:
    """The picture in the same format. Raises Refused for what is none, is damaged, or is too large."""
    out = _Output(min(OUT_MAX, max(GROWN_MIN, GROWTH_MAX * len(content))))
    try:
        with Image.open(BytesIO(content), formats=[format]) as image:
            _check_size(image, WEBP_PIXELS_MAX if format == "WEBP" else PIXELS_MAX)
            if format in ("GIF", "WEBP") and _moves(image):
                _save_frames(_frames(image), format, out)
            else:
                image.load()
                _save(image, format, out, lossless=format == "WEBP" and is_lossless(content))
        return out.getvalue()
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels("That is a picture of far", PIXELS_MAX) from None
    except (_Grown, MemoryError):
        raise invalid("file", TOO_DEAR) from None
    except _DAMAGED:
        raise invalid("file", DAMAGED) from None


def is_lossless(content: bytes) -> bool:
    """Is the picture of a WebP stored without loss? By its RIFF chunks: the four letters may stand anywhere."""
    at = 12
    for _ in range(_CHUNKS_MAX):
        kind, size = content[at : at + 4], content[at + 4 : at + 8]
        if kind in (b"VP8 ", b"VP8L") or len(size) < 4:
            return kind == b"VP8L"
        length = int.from_bytes(size, "little")
        at += 8 + length + length % 2
    return False


def _check_size(image: Image.Image, most: int) -> None:
    if image.width * image.height > most:
        raise _too_many_pixels(f"{image.width} × {image.height} pixels are", most)


def _too_many_pixels(what: str, most: int) -> Refused:
    sentence = (
        f"{what} more than the {most // 1_000_000} million pixels that such a picture may have. Send a smaller one."
    )
    return invalid("file", sentence)


def _moves(image: Image.Image) -> bool:
    try:
        image.seek(1)
    except EOFError:
        moves = False
    else:
        moves = True
    image.seek(0)
    return moves


def _frames(image: Image.Image) -> _Frames:
    pictures: list[Image.Image] = []
    durations: list[int] = []
    loop = image.info.get("loop")
    for number, frame in enumerate(_walk(image), 1):
        if number > FRAMES_MAX:
            raise invalid("file", f"This picture moves for more than {FRAMES_MAX} frames. Send a shorter one.")
        if number * image.width * image.height > PIXELS_MAX:
            raise _too_many_pixels("All its frames together have", PIXELS_MAX)
        frame.load()
        durations.append(max(0, int(frame.info.get("duration", 100))))
        pictures.append(_bare(frame.copy()))
    return _Frames(pictures, durations, loop if isinstance(loop, int) else None)


def _walk(image: Image.Image) -> Iterator[Image.Image]:
    number = 0
    while True:
        try:
            image.seek(number)
        except EOFError:
            return
        yield image
        number += 1


def _save_frames(frames: _Frames, format: Format, out: BytesIO) -> None:
    first, *rest = frames.pictures
    # A GIF without a count plays once, a WebP with 0 for ever.
    how: dict[str, object] = {} if frames.loop is None else {"loop": frames.loop}
    if format == "WEBP":
        how |= {"quality": _QUALITY, "method": 0}
    first.save(out, format, save_all=True, append_images=rest, duration=frames.durations, comment="", **how)


def _save(image: Image.Image, format: Format, out: BytesIO, *, lossless: bool) -> None:
    how = _how(image, format, lossless=lossless)
    ImageOps.exif_transpose(image, in_place=True)
    _bare(image).save(out, format, **how)


def _how(image: Image.Image, format: Format, *, lossless: bool) -> dict[str, object]:
    """What a picture is saved with, so that it looks as it did: its colours, and how closely it was kept."""
    icc = image.info.get("icc_profile")
    how: dict[str, object] = {"icc_profile": icc if isinstance(icc, bytes) and len(icc) <= ICC_MAX else None}
    if format == "GIF":
        how["comment"] = ""
    elif format == "PNG":
        how["compress_level"] = 6 if image.width * image.height <= PNG_CLOSELY else 1
    elif format == "WEBP":
        # Lossless, quality is effort: 80 takes seven times the CPU of 0, for 2 % of the bytes.
        how |= {"quality": 0 if lossless else _QUALITY, "lossless": lossless, "method": 0}
    elif isinstance(image, JpegImageFile):
        how |= {"qtables": image.quantization, "subsampling": get_sampling(image)}
    return how


def _bare(image: Image.Image) -> Image.Image:
    """The picture without all that was written beside its pixels. Which colour is none belongs to them."""
    image.info = {key: value for key, value in image.info.items() if key in ("transparency", "background")}
    return image
