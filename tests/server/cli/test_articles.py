"""`switchboard articles`, as people run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.cli.place import Place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    (made / "ox").mkdir(parents=True)
    front = "---\ntitle: {}\nproduct: Spectra OX\nsection: faqs\n---\n"
    (made / "ox/dates.md").write_text(front.format("Dates overlap") + "See [moving](moving.md).")
    (made / "ox/dates.fr.md").write_text("---\ntitle: Dates\nlocale: fr\nof_original: 1\n---\nBonjour")
    (made / "ox/moving.md").write_text(front.format("Moving a flight") + "Ask us.")
    return made


def test_folder_is_imported_changed_and_exported(place: Place, folder: Path, tmp_path: Path) -> None:
    """Also while the server runs. A second import changes nothing."""
    with place.serving():
        first = place.done("articles", "import", str(folder))
    assert first == "2 articles. Texts: 3 added, 0 changed, 0 unchanged.\n"
    assert place.done("articles", "import", str(folder)) == "2 articles. Texts: 0 added, 0 changed, 3 unchanged.\n"
    moving = folder / "ox/moving.md"
    moving.write_text(moving.read_text() + " We patch the order.")
    assert place.done("articles", "import", str(folder)) == "2 articles. Texts: 0 added, 1 changed, 2 unchanged.\n"
    assert place.rows("select count(*) from article_versions") == [(4,)]
    out = tmp_path / "out"
    assert place.done("articles", "export", str(out)) == f"3 files written to {out}.\n"
    assert "We patch the order." in (out / "ox/moving.md").read_text()
    assert place.done("articles", "import", str(out)) == "2 articles. Texts: 0 added, 0 changed, 3 unchanged.\n"
    assert place.rows("select verb from audit where thing = 'articles'") == [("import",)] * 4


def test_folder_with_a_fault_is_not_imported(place: Place, folder: Path) -> None:
    """Nothing is half stored: the good files are not imported either."""
    (folder / "bad.md").write_text("---\ntitle: Bad\nproduct: Mint\nsection: faqs\n---\n")
    said = place.refused("articles", "import", str(folder))
    assert said[0].startswith("bad.md: `product` is 'Mint'.") and said[-1] == "Nothing was imported."
    place.done("articles", "export", str(folder.parent / "empty"))
    assert place.rows("select * from articles") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"x" * ((1 << 20) + 1), "odd.md is larger than 1 MiB."), (b"\xe9", "odd.md is not in UTF-8.")],
    ids=["large", "latin"],
)
def test_unreadable_file_is_named(place: Place, folder: Path, content: bytes, says: str) -> None:
    (folder / "odd.md").write_bytes(content)
    assert place.refused("articles", "import", str(folder)) == [says]


def test_link_out_of_the_folder_is_not_followed(place: Place, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\nproduct: Spectra OX\nsection: faqs\n---\n")
    (folder / "secret.md").symlink_to(secret)
    assert place.done("articles", "import", str(folder)).startswith("2 articles.")


def test_export_refuses_a_folder_with_files(place: Place, folder: Path) -> None:
    assert place.refused("articles", "export", str(folder)) == [f"{folder} is not an empty folder."]
