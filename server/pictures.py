"""Pictures, drawn anew: what comes out has the pixels that went in, turned upright, and nothing that said where, when
and by which camera they were taken. What hid behind a picture is gone as well.

Blocks, and takes up to 400 MB for the largest picture: it is called on a thread of a small pool, and large ones are
drawn one at a time.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Literal

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from chat.errors import Refused, invalid

Format = Literal["JPEG", "PNG", "GIF", "WEBP"]

PIXELS_MAX = 40_000_000
"""Of a picture, or of all frames of one that moves."""
WEBP_PIXELS_MAX = 12_000_000
"""Of one frame of a WebP: to write it takes three times as much memory."""
FRAMES_MAX = 500
LARGE = 10_000_000
"""Pixels from which on a picture is drawn alone."""
ICC_MAX = 64 * 1024
"""Bytes in a colour profile; a larger one is left out."""
_QUALITY = 85
_alone = Lock()

# Refused by its header, before a pixel of it is read: Pillow does so itself above twice as many.
Image.MAX_IMAGE_PIXELS = PIXELS_MAX
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError, MemoryError,
    struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's readers raise for what is not a whole picture."""


@dataclass(frozen=True, slots=True)
class _Frames:
    """A picture that moves. Durations are in ms."""

    pictures: list[Image.Image]
    durations: list[int]
    loop: int | None


def redrawn(content: bytes, format: Format) -> bytes:
    """The picture in the same format. Raises Refused for what is none, is damaged, or is too large."""
    try:
        with Image.open(BytesIO(content), formats=[format]) as image:
            _check_size(image, WEBP_PIXELS_MAX if format == "WEBP" else PIXELS_MAX)
            moves = format in ("GIF", "WEBP") and _moves(image)
            with _alone if moves or image.width * image.height > LARGE else nullcontext():
                if moves:
                    return _saved_frames(_frames(image), format)
                image.load()
                return _saved(image, format, lossless=b"VP8L" in content)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels("That is a picture of far", PIXELS_MAX) from None
    except _DAMAGED:
        raise invalid("file", "This picture is damaged, or cut short. Open it, save it anew, and send that.") from None


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


def _saved_frames(frames: _Frames, format: Format) -> bytes:
    out = BytesIO()
    first, *rest = frames.pictures
    # A GIF without a count plays once, a WebP with 0 for ever.
    loop = {} if frames.loop is None else {"loop": frames.loop}
    first.save(
        out, format, save_all=True, append_images=rest, duration=frames.durations, comment="", quality=_QUALITY, **loop
    )
    return out.getvalue()


def _saved(image: Image.Image, format: Format, *, lossless: bool) -> bytes:
    how = _how(image, format, lossless=lossless)
    ImageOps.exif_transpose(image, in_place=True)
    out = BytesIO()
    _bare(image).save(out, format, **how)
    return out.getvalue()


def _how(image: Image.Image, format: Format, *, lossless: bool) -> dict[str, object]:
    """What a picture is saved with, so that it looks as it did: its colours, and how closely it was kept."""
    icc = image.info.get("icc_profile")
    how: dict[str, object] = {"icc_profile": icc if isinstance(icc, bytes) and len(icc) <= ICC_MAX else None}
    if format == "GIF":
        how["comment"] = ""
    elif format == "WEBP":
        how |= {"quality": _QUALITY, "lossless": lossless}
    elif isinstance(image, JpegImageFile):
        how |= {"qtables": image.quantization, "subsampling": get_sampling(image)}
    return how


def _bare(image: Image.Image) -> Image.Image:
    """The picture without all that was written beside its pixels. Which colour is none belongs to them."""
    image.info = {key: value for key, value in image.info.items() if key in ("transparency", "background")}
    return image
