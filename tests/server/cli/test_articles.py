"""`switchboard articles`, as people run it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.attachments.samples import picture
from tests.knowledge.guide_exports import HOST, article, export, page_of, translation
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


def test_followers_are_told_of_new_articles_and_of_changes_with_a_line(place: Place, folder: Path) -> None:
    """Only if the operator asks for it, and once for an article in several languages. A change without a line, and a
    new translation, are told to nobody."""
    place.done("articles", "import", str(folder))
    assert place.rows("select count(*) from announcements") == [(0,)]
    for name in ("moving", "dates", "dates.fr"):
        file = folder / f"ox/{name}.md"
        _, front, body = file.read_text().split("---\n")
        file.write_text(f"---\n{front}changed: the text of {name}.\n---\n{body} We patch the order.")
    (folder / "ox/copying.md").write_text("---\ntitle: Copying\nproduct: Spectra OX\nsection: releases\n---\nText")
    place.done("articles", "import", str(folder), "--tell-followers")
    told = place.rows("select title, news, line, visibility from announcements order by title")
    assert [(title, news, line) for title, news, line, _ in told] == [
        ("Copying", "new", ""),
        ("Dates overlap", "update", "the text of dates."),
        ("Moving a flight", "update", "the text of moving."),
    ]
    assert "releases" in str(place.rows("select subjects from announcements where title = 'Copying'"))


def test_folder_with_a_fault_is_not_imported(place: Place, folder: Path) -> None:
    """Nothing is half stored: the good files are not imported either."""
    (folder / "bad.md").write_text("---\ntitle: Bad\nproduct: Mint\nsection: faqs\n---\n")
    said = place.refused("articles", "import", str(folder))
    assert said[0].startswith("bad.md: `product` is 'Mint'.") and said[-1] == "Nothing was imported."
    place.done("articles", "export", str(folder.parent / "empty"))
    assert place.rows("select * from articles") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x" * ((1 << 20) + 1), "odd.md is larger than 1 MiB. Split it."),
        (b"\xe9", "odd.md is not in UTF-8. Save it as UTF-8."),
    ],
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


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """An export as a zip file, as people make one of a folder."""
    made = tmp_path / "guide.zip"
    body = '<p>See <a href="/hc/en-us/articles/2-B">B</a>.</p>'
    articles = [article(1, "Dates overlap", body), article(2, "Taxes"), article(3, "Not yet", draft=True)]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in export(articles, [translation(1, "fr", "Les dates")]).items():
            archive.writestr(f"guide/{name}", content)
        archive.writestr("guide/more.json", page_of("translations", [translation(2, "es", "Impuestos", draft=True)]))
        archive.writestr("__MACOSX/guide/._articles.json", b"\0")
    return made


def test_zendesk_guide_is_imported_twice_and_exported(place: Place, guide: Path, tmp_path: Path) -> None:
    """The second import changes nothing. A translation stays up to date when the original changes with it."""
    words = ("articles", "import", "--from-zendesk", str(guide))
    assert place.done(*words) == "3 articles. Texts: 4 added, 0 changed, 0 unchanged.\n"
    assert place.done(*words) == "3 articles. Texts: 0 added, 0 changed, 4 unchanged.\n"
    assert place.rows("select state from articles order by source") == [("published",), ("published",), ("draft",)]
    numbers = dict(place.rows("select source, id from articles"))
    (body,) = place.rows("select body from article_texts where title = 'Dates overlap'")
    assert body == (f"See [B](/articles/{numbers['zendesk/2']}).",)
    changed = tmp_path / "changed"
    changed.mkdir()
    for name, content in export(
        [article(1, "Dates overlap", "<p>New</p>")], [translation(1, "fr", "Les dates")]
    ).items():
        (changed / name).write_bytes(content)
    assert "1 changed, 1 unchanged" in place.done("articles", "import", str(changed), "--from-zendesk")
    assert place.rows(
        "select locale, of_original from article_texts where version = 2 or locale = 'fr' order by 1"
    ) == [
        ("en", None),
        ("fr", 2),
    ]
    out = tmp_path / "out"
    place.done("articles", "export", str(out))
    assert sorted(path.name for path in (out / "zendesk").iterdir()) == [
        "1.fr.md",
        "1.md",
        "2.es.draft.md",
        "2.md",
        "3.md",
    ]
    assert "published: '2024-02-03T10:00:00.000Z'" in (out / "zendesk/1.md").read_text()
    assert place.done("articles", "import", str(out)) == "3 articles. Texts: 0 added, 0 changed, 4 unchanged.\n"
    assert place.rows("select locale, title, saves from article_drafts") == [("es", "Impuestos", 1)]


def test_zendesk_guide_with_a_fault_is_not_imported(place: Place, tmp_path: Path) -> None:
    """The file for --map tells what a category is."""
    folder, map_ = tmp_path / "guide", tmp_path / "map.yaml"
    folder.mkdir()
    files = export([article(1, "Good"), article(2, "Bad", section_id=21)])
    files["categories.json"] = files["categories.json"].replace(b"Spectra OX", b"Broadcast")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    words = ("articles", "import", str(folder), "--from-zendesk")
    said = place.refused(*words)
    assert len(said) == 3 and "no product has the name of the category 'Broadcast'" in said[0]
    assert said[-1] == "Nothing was imported."
    map_.write_text("categories:\n  Broadcast: Mint\n")
    assert "The mapping gives the category 'Broadcast' to 'Mint'." in place.refused(*words, "--map", str(map_))[0]
    map_.write_text("sorts: {}\n")
    assert "The mapping is not valid" in place.refused(*words, "--map", str(map_))[0]
    map_.write_text("categories:\n  broadcast: spectra ox\n")
    assert place.done(*words, "--map", str(map_)).startswith("2 articles.")
    assert place.rows("select distinct product from articles") == [("Spectra OX",)]


class HelpCenter(BaseHTTPRequestHandler):
    """Serves one picture, at another address than the one in the text."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/old.png" else 200 if self.path == "/new.png" else 404)
        self.send_header("Location", "/new.png")
        self.end_headers()
        if self.path == "/new.png":
            self.wfile.write(picture())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def help_center() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), HelpCenter) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def test_files_of_a_zendesk_guide_are_stored_with_their_article(place: Place, tmp_path: Path, help_center: str) -> None:
    """Those of the export, and those of the help center, through a redirect. A missing one stays a link. The second
    import stores nothing again."""
    html = f'<p><img src="/hc/article_attachments/5"><img src="{help_center}/old.png"><img src="{help_center}/no"></p>'
    attachments = [
        {"id": 5, "article_id": 1, "file_name": "list.png", "inline": True},
        {"id": 6, "article_id": 1, "file_name": "rates.txt", "content_url": f"{HOST}/hc/article_attachments/6"},
    ]
    files = export([article(1, "A", html)], attachments=page_of("article_attachments", attachments))
    packed = {"article_attachments/5/list.png": picture(), "files/6.txt": b"Rates"}
    for name, content in (files | packed).items():
        (tmp_path / "guide" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "guide" / name).write_bytes(content)
    for counts in ("1 added, 0 changed, 0 unchanged", "0 added, 0 changed, 1 unchanged"):
        ended = place.run(
            *("articles", "import", "--from-zendesk", str(tmp_path / "guide")), SWITCHBOARD_EGRESS_ALLOW="localhost"
        )
        warning, said = ended.stdout.decode().splitlines()
        assert f"{help_center}/no is missing: The answer has the status 404." in warning and counts in said
    stored = place.rows("select id, name, type, holder from files order by name")
    assert [one[1:] for one in stored] == [
        ("list.png", "image/png", "article:1"),
        ("old.png", "image/png", "article:1"),
        ("rates.txt", "text/plain", "article:1"),
    ]
    ids = {name: id_ for id_, name, *_ in stored}
    ((body,),) = place.rows("select body from article_texts")
    assert [f"/articles/files/{ids[name]}{Path(name).suffix}" in body for name in ids] == [True] * 3
    assert f"[Picture]({help_center}/no)" in body
    assert len([one for one in (place.data / "files").rglob("*") if one.is_file()]) == 3


def test_zip_file_that_leads_out_is_refused(place: Place, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../../articles.json", json.dumps({"articles": []}))
    said = place.refused("articles", "import", "--from-zendesk", str(bad))
    sentence = (
        "'../../articles.json' in the zip file leads out of it. Nothing was read. "
        "Pack the folder again, without such names."
    )
    assert said == [sentence, "Nothing was imported."]
    assert place.refused("articles", "import", "--from-zendesk", str(tmp_path / "none"))[0].endswith("nor a zip file.")
    assert "only for --from-zendesk" in place.refused("articles", "import", str(tmp_path), "--map", str(bad))[0]


def test_links_are_checked(place: Place, folder: Path) -> None:
    place.done("articles", "import", str(folder))
    assert place.done("articles", "check-links", "--inside") == "All links lead somewhere.\n"
    (folder / "ox/new.md").write_text("---\ntitle: New\nproduct: Lumina\nsection: faqs\n---\n[x](/articles/99)")
    place.done("articles", "import", str(folder))
    ended = place.run("articles", "check-links", "--inside")
    assert ended.returncode == 1
    *_, finding, total = ended.stdout.decode().splitlines()
    assert finding.endswith("(en), New: /articles/99: There is no such article.") and total == "1 links with a problem."
