from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from server.operations.json_rows import Row, rows, sources


def found(content: bytes) -> list[tuple[int, str]]:
    """The line of each row with its bytes, or with the first words of what is wrong."""
    stream = io.BytesIO(content)
    return [
        (one.line, one.raw.strip().decode(errors="replace") if isinstance(one, Row) else one.why[:17])
        for one in rows(stream, "tickets.json", "tickets")
    ]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b'{"id":1}\n\n{"id":2}', [(1, '{"id":1}'), (3, '{"id":2}')]),
        (b'\xef\xbb\xbf{"id":1}\r\n', [(1, '{"id":1}')]),
        (b'{"id":1}\n{"id":2,"subj', [(1, '{"id":1}'), (2, '{"id":2,"subj')]),
        (
            b'{"tickets":[{"id":1},{"id":2}],"count":2}\n{"tickets":[{"id":3}]}',
            [(1, '{"id":1}'), (1, '{"id":2}'), (2, '{"id":3}')],
        ),
        (
            b'{\n"count":2,\n"tickets": [\n{"id":1,\n"a":"]}\\""},\n{"id":2}\n]}',
            [(4, '{"id":1,\n"a":"]}\\""}'), (6, '{"id":2}')],
        ),
        (b'[{"id":1},\n{"id":"\xff"},{"id', [(1, '{"id":1}'), (2, '{"id":"\ufffd"}'), (2, "The list ends in ")]),
        (b'[{"id":1},' + b"[" * 300_000, [(1, '{"id":1}'), (1, "This row is neste")]),
        (b'{"id":1,"a":' + b"[" * 300_000, [(1, '{"id":1,"a":' + "[" * 300_000)]),
        (b"\xff\xfe{\x00", [(1, "The file is in UT")]),
        (b"", []),
    ],
)
def test_rows_of_each_form_are_found_with_their_lines(content: bytes, wanted: list[tuple[int, str]]) -> None:
    assert found(content) == wanted


def test_rows_longer_than_a_chunk_are_found() -> None:
    texts = [b"x" * 100, b"y" * 3_000_000, "é".encode() * 200]
    lines = [b'{"id":"' + text + b'"}' for text in texts]
    for content in (b"\n".join(lines), b"[\n" + b",\n".join(lines) + b"\n]"):
        assert [len(raw) for _, raw in found(content)] == [109, 3_000_009, 209]


def test_sources_of_folders_and_zip_files_leave_out_hidden_files_and_links(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "__MACOSX").mkdir(parents=True)
    for name in ("tickets.json", "users.JSONL", "__MACOSX/tickets.json", ".x.json", "readme.txt"):
        (folder / name).write_text("{}")
    (folder / "link.json").symlink_to(folder / "tickets.json")
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("tickets.json", "users.JSONL", "__MACOSX/tickets.json"):
            archive.writestr(name, '{"id":1}')
    for path in (folder, packed):
        files = sources(path)
        assert [file.name for file in files] == ["tickets.json", "users.JSONL"]
    with sources(packed)[0].open() as stream:
        assert stream.read() == b'{"id":1}'
