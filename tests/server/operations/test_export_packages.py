from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from server.operations.export_packages import FILE_BYTES_MAX, BadPackage, opened


def zipped(folder: Path, entries: dict[str, bytes]) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def read_all(path: Path) -> None:
    with opened(path) as package:
        for name in package.sizes():
            package.read(name)


def refused(path: Path) -> str:
    with pytest.raises(BadPackage) as found:
        read_all(path)
    return str(found.value)


def test_folder_and_zip_file_are_read_alike(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "a").mkdir(parents=True)
    (folder / "a/b.json").write_bytes(b"{}")
    for path in (folder, zipped(tmp_path, {"a/b.json": b"{}"})):
        with opened(path) as package:
            assert package.sizes() == {"a/b.json": 2} and package.read("a/b.json") == b"{}"


def test_symbolic_links_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_bytes(b"secret")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    with opened(folder) as package:
        assert package.sizes() == {}


@pytest.mark.parametrize("name", ["../a.json", "a/../../b.json", "/etc/a.json", "a\\b.json", "C:/a.json"])
def test_entry_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    assert "leads out of it" in refused(zipped(tmp_path, {name: b"{}"}))


def test_symbolic_link_in_a_zip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    link = zipfile.ZipInfo("a.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "symbolic link" in refused(path)


def test_entry_that_expands_too_much_is_refused(tmp_path: Path) -> None:
    assert "times its size" in refused(zipped(tmp_path, {"a.json": b"0" * (4 << 20)}))


def test_entry_whose_size_is_a_lie_is_refused(tmp_path: Path) -> None:
    """The header says 2 bytes. More are neither read nor kept in memory."""
    path = zipped(tmp_path, {"a.json": b"0" * 10_000})
    content = path.read_bytes()
    path.write_bytes(content.replace((10_000).to_bytes(4, "little"), (2).to_bytes(4, "little")))
    assert "cannot be read" in refused(path)


def test_entry_with_a_false_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", b"unlikely words")
    path.write_bytes(path.read_bytes().replace(b"unlikely words", b"UNLIKELY WORDS"))
    assert "a.json in the zip file cannot be read" in refused(path)


def test_entry_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.json": b"{}"})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)
    assert "password" in refused(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_entry_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", "{}")
        archive.writestr("a.json", "[]")
    assert refused(path) == "a.json is in the zip file twice. Remove one of them."


def test_large_file_of_a_folder_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)
    assert refused(tmp_path) == "a.json is larger than 64 MiB. Leave it out, or make it smaller."


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"{}"])
def test_file_that_is_no_zip_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    assert "not a zip file that can be read" in refused(path)
