"""`pictures.redrawing`: a picture loses its metadata and nothing else."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from attachments.adapters.pictures.redrawing import Limits, is_lossless, redrawn
from attachments.inspection import Inspected, inspect
from refusals import Refused
from tests.attachments.samples import (
    moving,
    picture,
    riff,
    telling,
)


def taken(content: bytes, name: str) -> Inspected:
    """A file as it is kept: inspected, and redrawn where it is a picture."""
    file = inspect(content, name)
    return file if file.picture is None else replace(file, content=redrawn(file.content, file.picture))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_tells_nothing_but_what_is_seen(format: str) -> None:
    """Place, time and camera are gone, whatever way they were written; so is what hid behind the picture."""
    told = telling(format)
    assert b"CanaryCam" in told
    kept = taken(told + b"hidden CanaryCam", "a").content
    assert b"CanaryCam" not in kept and b"Exif" not in kept


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright(format: str) -> None:
    """What the camera only noted is done to the pixels: the white corner turns to the right."""
    kept = Image.open(BytesIO(taken(telling(format, orientation=6), "a").content)).convert("L")
    assert kept.size == (48, 64)
    assert kept.getpixel((40, 8)) == pytest.approx(255, abs=4)
    assert kept.getpixel((8, 8)) == pytest.approx(0, abs=4)


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_what_moves_goes_on_moving(format: str) -> None:
    """As many frames, each for as long, without the remark."""
    kept = taken(moving(format), "a").content
    assert b"CanaryCam" not in kept
    image = Image.open(BytesIO(kept))
    durations = []
    for number in range(4):
        image.seek(number)
        image.load()
        durations.append(image.info["duration"])
    assert (getattr(image, "n_frames", 1), durations) == (4, [100, 200, 300, 400])


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [(Limits(frames=3), "more than 3 frames"), (Limits(pixels=4 * 40 * 30 - 1), "The frames of this picture")],
)
def test_an_animation_over_a_limit_is_refused(limits: Limits, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        redrawn(moving("GIF"), "GIF", limits)


@pytest.mark.parametrize(
    ("content", "lossless"),
    [
        (riff((b"VP8L", b"x")), True),
        (riff((b"VP8 ", b"VP8L")), False),
        (riff((b"VP8 ", b"x")) + b"VP8L", False),
        (riff((b"VP8X", bytes(10)), (b"ICCP", b"VP8L odd"), (b"VP8L", b"x")), True),
        (riff((b"VP8X", b"VP8L odd!"), (b"ALPH", b"x"), (b"VP8 ", b"x")), False),
        (riff(*[(b"JUNK", b"")] * 5_000, (b"VP8L", b"x")), False),
        (b"RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xffVP8L", False),
        (b"RIFF", False),
    ],
)
def test_a_webp_is_lossless_by_its_chunks(content: bytes, *, lossless: bool) -> None:
    """Four letters anywhere else made a lossy picture twenty times as dear, and ten times as large."""
    assert is_lossless(content) is lossless


def test_a_lossy_webp_that_says_vp8l_stays_small() -> None:
    """As large as without the four letters."""
    noise = Image.effect_noise((300, 300), 60).convert("RGB")
    out = BytesIO()
    noise.save(out, "WEBP", quality=20)
    assert len(taken(out.getvalue() + b"VP8L", "a").content) == len(taken(out.getvalue(), "a").content)


def test_a_picture_that_grows_too_much_is_refused() -> None:
    """Encoding stops at the limit."""
    with pytest.raises(Refused, match="takes too long to check"):
        redrawn(picture("PNG", (300, 300)), "PNG", Limits(growth=0, grown=100))
