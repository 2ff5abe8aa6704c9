"""Redraws a picture. Keeps the pixels, turns them upright, and drops metadata and anything appended to the file.

The decoders are written in C and read files from strangers. So this module runs in a process whose CPU time and memory
are limited (`pictures.worker`).
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

from attachments.adapters.pictures.protocol import DAMAGED, OUT_MAX, TOO_DEAR
from attachments.errors import invalid
from attachments.file_types import Format
from refusals import Refused

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for one picture.

    - `pixels`: the maximum number of pixels. In an animation, the pixels of all frames together.
    - `webp_pixels`: the maximum for a WebP picture or for one frame of it. It is lower, because encoding a WebP takes
      three times as much memory.
    - `frames`: the maximum number of frames.
    - `growth`, `grown`: the output may have `growth` times the bytes of the input, or `grown` bytes if that is more.
    """

    pixels: int = 40_000_000
    webp_pixels: int = 12_000_000
    frames: int = 500
    growth: int = 4
    grown: int = 1024 * 1024


LIMITS = Limits()
ICC_MAX = 64 * 1024
"""Maximum bytes of a color profile. A larger profile is dropped."""
PNG_CLOSELY = 2_500_000
"""PNGs with at most this number of pixels are compressed well, in at most 0.3 s of CPU per million pixels. Larger PNGs
are compressed less, in 0.1 s per million pixels."""
_QUALITY = 85
_CHUNKS_MAX = 100
"""Maximum number of chunks before the image data of a WebP."""

# Pillow then refuses larger pictures as soon as it has read their header: over this size with a warning, over twice
# this size with an error.
Image.MAX_IMAGE_PIXELS = LIMITS.pixels
# Loads these four decoders only. Otherwise, Pillow would try all its formats for a picture that none of the four opens.
PLUGINS = (GifImagePlugin, JpegImageFile, PngImagePlugin, WebPImagePlugin)
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError,
    struct.error, zlib.error,
)  # fmt: skip
"""Exceptions that Pillow raises for a damaged picture."""


class _Grown(Exception):
    """The output exceeds its limit."""


class _Output(BytesIO):
    """A buffer for the encoded picture. Raises an exception once it is full, so that encoding stops."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, content: ReadableBuffer, /) -> int:
        if self.tell() + memoryview(content).nbytes > self._most:
            raise _Grown
        return super().write(content)


@dataclass(frozen=True, slots=True)
class _Frames:
    """The frames of an animation. Durations are in ms."""

    pictures: list[Image.Image]
    durations: list[int]
    loop: int | None


def redrawn(content: bytes, format: Format, limits: Limits = LIMITS) -> bytes:
    """The redrawn picture, in the same format. Raises Refused(invalid) if the picture is damaged or too large."""
    out = _Output(min(OUT_MAX, max(limits.grown, limits.growth * len(content))))
    try:
        with Image.open(BytesIO(content), formats=[format]) as image:
            _check_size(image, limits.webp_pixels if format == "WEBP" else limits.pixels)
            if format in ("GIF", "WEBP") and _moves(image):
                _save_frames(_frames(image, limits), format, out)
            else:
                image.load()
                _save(image, format, out, lossless=format == "WEBP" and is_lossless(content))
        return out.getvalue()
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels("This picture has far more", limits.pixels) from None
    except (_Grown, MemoryError):
        raise invalid("file", TOO_DEAR) from None
    except _DAMAGED:
        raise invalid("file", DAMAGED) from None


def is_lossless(content: bytes) -> bool:
    """True if a WebP is lossless. Reads the names of its RIFF chunks: a search for the letters VP8L could also find
    them in other data."""
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
        raise _too_many_pixels(f"This picture has {image.width} × {image.height} pixels, more", most)


def _too_many_pixels(what: str, most: int) -> Refused:
    return invalid("file", f"{what} than the {most // 1_000_000} million pixels allowed. Send a smaller one.")


def _moves(image: Image.Image) -> bool:
    try:
        image.seek(1)
    except EOFError:
        moves = False
    else:
        moves = True
    image.seek(0)
    return moves


def _frames(image: Image.Image, limits: Limits) -> _Frames:
    pictures: list[Image.Image] = []
    durations: list[int] = []
    loop = image.info.get("loop")
    for number, frame in enumerate(_walk(image), 1):
        if number > limits.frames:
            raise invalid("file", f"This animation has more than {limits.frames} frames. Send a shorter one.")
        if number * image.width * image.height > limits.pixels:
            raise _too_many_pixels("The frames of this picture have more", limits.pixels)
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
    # A GIF without a loop count plays once. A WebP with the count 0 plays forever.
    how: dict[str, object] = {} if frames.loop is None else {"loop": frames.loop}
    if format == "WEBP":
        how |= {"quality": _QUALITY, "method": 0}
    first.save(out, format, save_all=True, append_images=rest, duration=frames.durations, comment="", **how)


def _save(image: Image.Image, format: Format, out: BytesIO, *, lossless: bool) -> None:
    how = _how(image, format, lossless=lossless)
    ImageOps.exif_transpose(image, in_place=True)
    _bare(image).save(out, format, **how)


def _how(image: Image.Image, format: Format, *, lossless: bool) -> dict[str, object]:
    """Encoder options that keep the colors and the quality of `image`."""
    icc = image.info.get("icc_profile")
    how: dict[str, object] = {"icc_profile": icc if isinstance(icc, bytes) and len(icc) <= ICC_MAX else None}
    if format == "GIF":
        how["comment"] = ""
    elif format == "PNG":
        how["compress_level"] = 6 if image.width * image.height <= PNG_CLOSELY else 1
    elif format == "WEBP":
        # For lossless, quality means effort: 80 takes seven times the CPU of 0 and saves 2 % of the bytes.
        how |= {"quality": 0 if lossless else _QUALITY, "lossless": lossless, "method": 0}
    elif isinstance(image, JpegImageFile):
        how |= {"qtables": image.quantization, "subsampling": get_sampling(image)}
    return how


def _bare(image: Image.Image) -> Image.Image:
    """The picture without metadata. The transparent color is kept, because it belongs to the pixels."""
    image.info = {key: value for key, value in image.info.items() if key in ("transparency", "background")}
    return image
