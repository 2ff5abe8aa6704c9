"""`attachments.file_types`: what is taken, what it is, and what it is called."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from io import BytesIO
from zipfile import ZIP_LZMA

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from attachments import file_types
from attachments.adapters.pictures.redrawing import is_lossless, redrawn
from attachments.file_types import NAME_MAX, TYPES, Inspected, clean_name, inspect
from refusals import Refused
from tests.attachments.samples import (
    COMPOUND,
    PDF,
    SVG,
    archive,
    bomb,
    document,
    moving,
    packed,
    picture,
    related,
    riff,
    telling,
)

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
DOCX = "word/document.xml"
DOCX_TYPE = f"{OOXML}.wordprocessingml.document"
RELS = "word/_rels/settings.xml.rels"


def taken(content: bytes, name: str) -> Inspected:
    """A file as it is kept: inspected, and redrawn where it is a picture."""
    file = inspect(content, name)
    return file if file.picture is None else replace(file, content=redrawn(file.content, file.picture))


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "type_"),
    [
        ("a.png", picture(), "image/png"),
        ("a.jpg", picture("JPEG"), "image/jpeg"),
        ("a.gif", picture("GIF"), "image/gif"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.pdf", PDF, "application/pdf"),
        ("a.docx", document("word/document.xml"), f"{OOXML}.wordprocessingml.document"),
        ("a.xlsx", document("xl/workbook.xml"), f"{OOXML}.spreadsheetml.sheet"),
        ("a.pptx", document("ppt/presentation.xml"), f"{OOXML}.presentationml.presentation"),
        ("a.odt", archive(mimetype=f"{ODF}.text"), f"{ODF}.text"),
        ("a.ods", archive(mimetype=f"{ODF}.spreadsheet"), f"{ODF}.spreadsheet"),
        ("a.doc", COMPOUND + wide("WordDocument"), "application/msword"),
        ("a.xls", COMPOUND + wide("Workbook"), "application/vnd.ms-excel"),
        ("a.ppt", COMPOUND + wide("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("a.docx", packed(DOCX, {RELS: related("attachedTemplate", "file:///C:\\Users\\ana\\t.dotx")}), DOCX_TYPE),
        ("a.docx", packed(DOCX, {RELS: related("hyperlink", "https://northlake.example/")}), DOCX_TYPE),
        ("a.docx", packed(DOCX, {RELS: related("oleObject", "embeddings/x.bin", "Internal")}), DOCX_TYPE),
        ("a.csv", b"name;spots\r\nNorthlake;12\r\n", "text/csv"),
        ("a.csv", "name;spots\nÉté;12\n".encode("cp1252"), "text/csv"),
        ("a.txt", "Grüße, 日本".encode(), "text/plain"),
        ("a.txt", "Grüße".encode("utf-16"), "text/plain"),
        ("a.txt", "é".encode() * 100_000 + b"\xe9", "text/plain"),
        ("a.txt", b"x" + "é".encode() * 100_000, "text/plain"),
        ("a.log", b"<134>Nov 25 09:00:00 host app: started\n", "text/plain"),
    ],
)
def test_what_is_taken_keeps_its_name_and_gets_its_type(name: str, content: bytes, type_: str) -> None:
    """Each kind of the list is known by its content, and a name that agrees with it stays."""
    inspected = inspect(content, name)
    assert (inspected.name, inspected.type) == (name, type_)
    assert type_ in TYPES


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("a.pdf.exe", PDF, ".exe"),
        ("a.pdf.exe", b"MZ\x90\0" + bytes(200), ".exe"),
        ("a.pdf", b"MZ\x90\0" + bytes(200), "Files of this kind are not taken"),
        ("a.svg", SVG, ".svg"),
        ("a.png", SVG, "HTML, XML or SVG"),
        ("a.txt", SVG, "HTML, XML or SVG"),
        ("a.txt", b"\xef\xbb\xbf\n  <!DOCTYPE html><script>alert(1)</script>", "HTML, XML or SVG"),
        ("a.txt", '\ufeff<html onload="x">'.encode("utf-16-le"), "HTML, XML or SVG"),
        ("a.html", b"hello", ".html"),
        ("a.js", b"alert(1)", ".js"),
        ("a.xlsm", document("xl/workbook.xml"), ".xlsm"),
        ("a.xlsx", document("xl/workbook.xml", **{"xl__vbaProject.bin": b"x"}), "macros"),
        ("a.ods", archive(mimetype=f"{ODF}.spreadsheet", Basic__script_xml="x"), "macros"),
        ("a.xls", COMPOUND + wide("Workbook") + wide("_VBA_PROJECT"), "macros"),
        ("a.docx", COMPOUND + wide("EncryptedPackage"), "password"),
        ("a.doc", COMPOUND, "Files of this kind are not taken"),
        ("a.xls", COMPOUND + wide("Workbook") + b"\x09\x08\x10\0\0\x06\x40\0", "macros"),
        ("a.xls", COMPOUND + wide("Workbook") + b"\x85\0\x0e\0\x10\x20\0\0\x02\x01\x06\0Macro1", "macros"),
        ("a.xlsx", document("xl/workbook.xml", **{"xl__macrosheets__sheet1.xml": b"x"}), "macros"),
        (
            "a.docx",
            packed(DOCX, {RELS: related("attachedTemplate", "https://evil.example/t.dotm")}),
            "another computer",
        ),
        (
            "a.docx",
            packed(DOCX, {RELS: related("attachedTemplate", "\\\\evil\\t.dotm", "EXTERNAL")}),
            "another computer",
        ),
        (
            "a.docx",
            packed(DOCX, {RELS: related("attachedTemplate", "file://evil/t", encoding="utf-16")}),
            "another comp",
        ),
        ("a.docx", packed(DOCX, {RELS: related("oleObject", "mhtml:http://evil.example/x!x")}), "another computer"),
        ("a.docx", packed(DOCX, {RELS: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + related("x", "y")}), "damaged"),
        ("a.docx", packed(DOCX, {RELS: b" " * 5 * 2**20}), "too many parts"),
        ("a.docx", packed(DOCX, {}, ZIP_LZMA), "damaged"),
        ("a.zip", archive(a_txt="x"), "archive"),
        ("a.docx", archive(mimetype="application/evil"), "archive"),
        ("a.docx", document("word/document.xml")[:-30], "damaged"),
        ("a.docx", b"PK\x03\x04" + bytes(100), "damaged"),
        ("a.docx", b"PK\x03\x04" + b"PK\x01\x02" * 5_001, "too many parts"),
        ("a.png", picture()[:60], "damaged"),
        ("a.jpg", picture("JPEG")[:100], "damaged"),
        ("a.webp", picture("WEBP")[:40], "damaged"),
        ("a.gif", picture("GIF")[:20], "damaged"),
        ("a.png", bomb(), "million pixels"),
        ("IMG_2041.HEIC", b"\0\0\0\x18ftypheic" + bytes(100), "Send it as JPEG"),
        ("a.txt", b"text\n" * 50_000 + b"\0", "Files of this kind are not taken"),
        ("a.bin", bytes(range(256)), "Files of this kind are not taken"),
    ],
)
def test_what_is_not_taken_is_refused_clearly(name: str, content: bytes, says: str) -> None:
    """Programs, pages, macros, archives, what is locked, damaged, empty or would fill the memory."""
    with pytest.raises(Refused, match=says) as refused:
        taken(content, name)
    assert refused.value.code == "invalid"
    assert list(refused.value.fields or {}) == ["file"]


def test_a_file_may_not_be_larger_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more is too large."""
    monkeypatch.setattr(file_types, "SIZE_MAX", len(PDF) - 1)
    with pytest.raises(Refused) as refused:
        inspect(PDF, "a.pdf")
    assert refused.value.code == "too_large"
    monkeypatch.setattr(file_types, "SIZE_MAX", len(PDF))
    assert inspect(PDF, "a.pdf").content == PDF


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x", "x.txt"),
        ("C:\\Users\\ana\\notes.txt", "notes.txt"),
        ("/etc/passwd", "passwd.txt"),
        ("invoice\u202etxt.pdf", "invoicetxt.txt"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ('a"b<c>|?*:d.txt', "a_b_c_____d.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1", "_com1.txt"),
        ("console.txt", "console.txt"),
        ("", "file.txt"),
        ("....", "file.txt"),
        ("  Mediaplan   März.txt ", "Mediaplan März.txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("日程 2026.txt", "日程 2026.txt"),
        ("data.json", "data.json.txt"),
        ("v1.2", "v1.2.txt"),
        ("photo.jpg", "photo.txt"),
        ("README.TXT", "README.TXT"),
        ("👩\u200d💻.txt", "👩💻.txt"),
    ],
)
def test_a_name_is_made_safe_and_agrees_with_the_content(name: str, kept: str) -> None:
    """No folders, nothing invisible, no device; what people wrote stays as far as it can."""
    assert inspect(b"plain", name).name == kept


def test_an_overlong_name_keeps_its_end() -> None:
    """Cut before the end, by characters and by bytes."""
    assert inspect(b"a,b", "a" * 500 + ".csv").name == "a" * (NAME_MAX - 4) + ".csv"
    long = inspect(PDF, "日" * 300 + ".pdf").name
    assert long.endswith("日.pdf") and len(long.encode()) <= 200
    assert len(inspect(b"plain", "a" * 500).name) == NAME_MAX


@given(st.text(max_size=300))
def test_whatever_a_name_is_what_is_kept_is_harmless(name: str) -> None:
    """No separator, no control or invisible character, no dot or blank at either end, not too long; twice is once."""
    kept = clean_name(name)
    assert not set(kept) & set('/\\<>:"|?*')
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for character in kept)
    assert kept == kept.strip(" .")
    assert len(kept) <= NAME_MAX and len(kept.encode()) <= 200
    assert clean_name(kept) == kept


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


def test_what_moves_for_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many frames, or too many pixels together."""
    monkeypatch.setattr("attachments.adapters.pictures.redrawing.FRAMES_MAX", 3)
    with pytest.raises(Refused, match="3 frames"):
        taken(moving("GIF"), "a.gif")
    monkeypatch.setattr("attachments.adapters.pictures.redrawing.FRAMES_MAX", 500)
    monkeypatch.setattr("attachments.adapters.pictures.redrawing.PIXELS_MAX", 4 * 40 * 30 - 1)
    with pytest.raises(Refused, match="All its frames"):
        taken(moving("GIF"), "a.gif")


def test_a_name_is_read_up_to_a_length() -> None:
    """To order 100,000 accents takes a minute; a thousand characters are looked at."""
    marks = "a" + "\u0345" * 50_000 + "\u0334" * 50_000
    assert len(clean_name(f"{marks}.pdf")) <= NAME_MAX and clean_name(f"{marks}.pdf").endswith(".pdf")


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


def test_a_picture_that_grows_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encoding ends where the limit is: a PNG of few bytes and many colors, kept closely, is not kept loosely."""
    monkeypatch.setattr("attachments.adapters.pictures.redrawing.GROWN_MIN", 100)
    monkeypatch.setattr("attachments.adapters.pictures.redrawing.GROWTH_MAX", 0)
    with pytest.raises(Refused, match="takes too long to check"):
        taken(picture("PNG", (300, 300)), "a.png")
