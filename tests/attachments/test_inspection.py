from __future__ import annotations

from dataclasses import replace
from zipfile import ZIP_LZMA

import pytest

from attachments.adapters.pictures.redrawing import redrawn
from attachments.file_types import TYPES
from attachments.inspection import Inspected, inspect
from refusals import Refused
from tests.attachments.samples import COMPOUND, PDF, SVG, archive, bomb, document, packed, picture, related

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
DOCX = "word/document.xml"
ODT = f"{ODF}.text"
DOCX_TYPE = f"{OOXML}.wordprocessingml.document"
RELS = "word/_rels/settings.xml.rels"


def taken(content: bytes, name: str) -> Inspected:
    """A file as it is kept: inspected, and redrawn where it is a picture."""
    file = inspect(content, name)
    return file if file.picture is None else replace(file, content=redrawn(file.content, file.picture))


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def odt(name: str, text: str) -> bytes:
    """An OpenDocument file with a part of this name."""
    return archive(**{"mimetype": f"{ODF}.text", name: f"<x xmlns:d='d' xmlns:l='l'>{text}</x>"})


def doc(flags: int, place: int = 0) -> bytes:
    """A Word document before 2007 whose FIB has these flags, as many bytes after the beginning of a sector."""
    return COMPOUND + bytes(place) + b"\xec\xa5\xc1\0" + bytes(7) + bytes([flags]) + wide("WordDocument")


XLS = COMPOUND + wide("Workbook")
BOF_8 = b"\x09\x08\x10\0\0\x06\x05\0" + bytes(12)
BOF_5 = b"\x09\x08\x08\0\0\x05\x05\0" + bytes(4)
PASSWORD_8, INTERFACE = b"\x2f\0\x36\0", b"\xe1\0\x02\0"
MANIFEST = "META-INF__manifest_xml"


def ppt(token: bytes) -> bytes:
    """A PowerPoint document before 2007 with this token in its CurrentUserAtom."""
    atom = b"\0\0\xf6\x0f\x18\0\0\0\x14\0\0\0"
    return COMPOUND + wide("PowerPoint Document") + atom + token


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
        ("a.doc", doc(flags=0x12), "application/msword"),
        ("a.doc", doc(flags=0x13, place=8), "application/msword"),
        ("a.xls", XLS + BOF_8 + INTERFACE, "application/vnd.ms-excel"),
        ("a.ppt", ppt(b"\x5f\xc0\x91\xe3"), "application/vnd.ms-powerpoint"),
        ("a.odt", odt("content_xml", "<d:object l:href='./Object 1'/><d:a l:href='https://x.example/'/>"), ODT),
        ("a.odt", odt("content_xml", "<d:event-listener l:href='https://x.example/'/><d:template/>"), ODT),
        ("a.odt", odt("meta_xml", "<d:template l:href='file:///usr/share/t.ott'/>"), ODT),
        ("a.odt", archive(**{"mimetype": ODT, MANIFEST: "<!DOCTYPE x PUBLIC 'a' 'Manifest.dtd'><x/>"}), ODT),
        ("a.csv", b"name;spots\r\nNorthlake;12\r\n", "text/csv"),
        ("a.csv", "name;spots\nÉté;12\n".encode("cp1252"), "text/csv"),
        ("a.txt", "Grüße, 日本".encode(), "text/plain"),
        ("a.txt", "Grüße".encode("utf-16"), "text/plain"),
        ("a.txt", "é".encode() * 100_000 + b"\xe9", "text/plain"),
        ("a.txt", b"x" + "é".encode() * 100_000, "text/plain"),
        ("a.log", b"<134>Nov 25 09:00:00 host app: started\n", "text/plain"),
    ],
)
def test_accepted_file_keeps_its_name_and_gets_its_type(name: str, content: bytes, type_: str) -> None:
    inspected = inspect(content, name)
    assert (inspected.name, inspected.type) == (name, type_)
    assert type_ in TYPES


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("a.pdf.exe", PDF, ".exe"),
        ("a.pdf.exe", b"MZ\x90\0" + bytes(200), ".exe"),
        ("a.pdf", b"MZ\x90\0" + bytes(200), "This kind of file is not accepted"),
        ("a.svg", SVG, ".svg"),
        ("a.png", SVG, "HTML, XML and SVG"),
        ("a.txt", SVG, "HTML, XML and SVG"),
        ("a.txt", b"\xef\xbb\xbf\n  <!DOCTYPE html><script>alert(1)</script>", "HTML, XML and SVG"),
        ("a.txt", '\ufeff<html onload="x">'.encode("utf-16-le"), "HTML, XML and SVG"),
        ("a.html", b"hello", ".html"),
        ("a.js", b"alert(1)", ".js"),
        ("a.xlsm", document("xl/workbook.xml"), ".xlsm"),
        ("a.xlsx", document("xl/workbook.xml", **{"xl__vbaProject.bin": b"x"}), "macros"),
        ("a.ods", archive(mimetype=f"{ODF}.spreadsheet", Basic__script_xml="x"), "macros"),
        ("a.xls", COMPOUND + wide("Workbook") + wide("_VBA_PROJECT"), "macros"),
        ("a.docx", COMPOUND + wide("EncryptedPackage"), "password"),
        ("a.doc", COMPOUND, "This kind of file is not accepted"),
        ("a.doc", doc(flags=0x13), "password"),
        ("a.xls", XLS + BOF_8 + PASSWORD_8, "password"),
        ("a.xls", XLS + BOF_8 + b"\x86\0\0\0" + PASSWORD_8, "password"),
        ("a.xls", XLS + BOF_5 + b"\x2f\0\x04\0", "password"),
        ("a.ppt", ppt(b"\xdf\xc4\xd1\xf3"), "password"),
        ("a.odt", odt(MANIFEST, "<d:file-entry><d:encryption-data/></d:file-entry>"), "password"),
        ("a.odt", odt("content_xml", "<d:event-listener l:href='vnd.sun.star.script:a?language=Python'/>"), "macros"),
        ("a.odt", odt("content_xml", "<d:object l:href='https://evil.example/x.ods'/>"), "another computer"),
        ("a.odt", odt("content_xml", "<d:section-source l:href='//evil.example/x.odt'/>"), "another computer"),
        ("a.odt", odt("meta_xml", "<d:template l:href='&#104;ttps://evil.example/t.ott'/>"), "another computer"),
        ("a.odt", odt("meta_xml", "<d:template l:href='file:////evil.example/t.ott'/>"), "another computer"),
        ("a.odt", odt("meta_xml", "<d:template l:href='file:///%5C%5Cevil/t.ott'/>"), "another computer"),
        ("a.odt", odt("Object 1__content_xml", "<d:floating-frame l:href='http://evil.example'/>"), "another comp"),
        ("a.odt", odt("styles_xml", "<d:object-ole"), "damaged"),
        ("a.odt", archive(mimetype=ODT, content_xml="<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"), "damaged"),
        ("a.odt", odt("content_xml", " " * 17 * 2**20), "too many parts"),
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
        ("a.zip", archive(a_txt="x"), "Archives are not"),
        ("a.docx", archive(mimetype="application/evil"), "Archives are not"),
        ("a.docx", document("word/document.xml")[:-30], "damaged"),
        ("a.docx", b"PK\x03\x04" + bytes(100), "damaged"),
        ("a.docx", b"PK\x03\x04" + b"PK\x01\x02" * 5_001, "too many parts"),
        ("a.png", picture()[:60], "damaged"),
        ("a.jpg", picture("JPEG")[:100], "damaged"),
        ("a.webp", picture("WEBP")[:40], "damaged"),
        ("a.gif", picture("GIF")[:20], "damaged"),
        ("a.png", bomb(), "million pixels"),
        ("IMG_2041.HEIC", b"\0\0\0\x18ftypheic" + bytes(100), "Send it as JPEG"),
        ("a.txt", b"text\n" * 50_000 + b"\0", "This kind of file is not accepted"),
        ("a.bin", bytes(range(256)), "This kind of file is not accepted"),
    ],
)
def test_unsupported_file_is_refused_with_a_reason(name: str, content: bytes, says: str) -> None:
    """Programs, web pages, macros, archives, and encrypted, damaged, empty or memory-filling files."""
    with pytest.raises(Refused, match=says) as refused:
        taken(content, name)
    assert refused.value.code == "invalid"
    assert list(refused.value.fields or {}) == ["file"]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("empty.txt", b"", "empty"),
        ("a.pdf.exe", PDF, "program"),
        ("a.png", SVG, "markup"),
        ("a.zip", archive(a_txt="x"), "archive"),
        ("a.docx", document("word/document.xml")[:-30], "damaged"),
        ("a.xlsx", document("xl/workbook.xml", **{"xl__vbaProject.bin": b"x"}), "macros"),
        ("a.docx", COMPOUND + wide("EncryptedPackage"), "password"),
        ("IMG_2041.HEIC", b"\0\0\0\x18ftypheic" + bytes(100), "heic"),
        ("a.bin", bytes(range(256)), "kind"),
    ],
)
def test_refusal_names_the_fault_for_clients_in_other_languages(name: str, content: bytes, fault: str) -> None:
    with pytest.raises(Refused) as refused:
        inspect(content, name)
    assert refused.value.facts == {"fault": fault}


def test_a_file_over_the_size_limit_is_too_large() -> None:
    with pytest.raises(Refused) as refused:
        inspect(PDF, "plan.pdf", len(PDF) - 1)
    assert refused.value.code == "too_large"
    inspect(PDF, "plan.pdf", len(PDF))
