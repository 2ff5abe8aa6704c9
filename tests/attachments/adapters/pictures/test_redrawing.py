from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from attachments.adapters.pictures.redrawing import Limits, is_lossless, redrawn
from attachments.inspection import Inspected, inspect
from refusals import Refused
from tests.attachments.samples import moving, picture, riff, telling


def taken(content: bytes, name: str) -> Inspected:
    """A file as it is kept: inspected, and redrawn where it is a picture."""
    file = inspect(content, name)
    return file if file.picture is None else replace(file, content=redrawn(file.content, file.picture))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_picture_metadata_is_removed(format: str) -> None:
    """Location, time and camera in every format, and data appended to the file."""
    told = telling(format)
    assert b"CanaryCam" in told
    kept = taken(told + b"hidden CanaryCam", "a").content
    assert b"CanaryCam" not in kept and b"Exif" not in kept


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_picture_orientation_is_applied_to_the_pixels(format: str) -> None:
    """With orientation 6 the white corner moves to the right."""
    kept = Image.open(BytesIO(taken(telling(format, orientation=6), "a").content)).convert("L")
    assert kept.size == (48, 64)
    assert kept.getpixel((40, 8)) == pytest.approx(255, abs=4)
    assert kept.getpixel((8, 8)) == pytest.approx(0, abs=4)


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_animation_keeps_its_frames_and_durations(format: str) -> None:
    """Its comment is removed."""
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
def test_webp_is_lossless_only_by_its_chunks(content: bytes, *, lossless: bool) -> None:
    """VP8L elsewhere in the file made a lossy picture 20 times as expensive and 10 times as large."""
    assert is_lossless(content) is lossless


def test_lossy_webp_with_vp8l_appended_stays_small() -> None:
    """The same size as without those four letters."""
    noise = Image.effect_noise((300, 300), 60).convert("RGB")
    out = BytesIO()
    noise.save(out, "WEBP", quality=20)
    assert len(taken(out.getvalue() + b"VP8L", "a").content) == len(taken(out.getvalue(), "a").content)


def test_a_picture_that_grows_too_much_is_refused() -> None:
    with pytest.raises(Refused, match="takes too long to check"):
        redrawn(picture("PNG", (300, 300)), "PNG", Limits(growth=0, grown=100))
