from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from following.announcement import Subject
from knowledge.article import Article
from knowledge.authoring_ports import Version
from knowledge.ports import Line
from widgets.followed import Followed
from widgets.following_ports import ArticleFeedView, FeedView, NoticesFeedView, NoticeView
from widgets.portal.feeds import ENTRIES_MAX, Entry, articles, atom, notices, versions
from widgets.shared.catalogues import catalogue_of

ATOM = "{http://www.w3.org/2005/Atom}"
LINES = ((6, "<b>&"), (5, ""))


def feed(*lines: Line) -> ElementTree.Element:
    view = FeedView(Followed(Subject("section", "ox/faqs"), "/products/ox#faqs", "OX"), lines)
    return parsed(articles(view))


def parsed(entries: Sequence[Entry]) -> ElementTree.Element:
    return ElementTree.fromstring(atom("https://s.example", "/x.atom", "Brand: OX", "/x", entries, "en"))


def line(id_: int, title: str = "Dates") -> Line:
    article = Article(source=f"a{id_}", product="OX", section="faqs", id=id_)
    return Line(article, "en", title, "", 1, 1_000, 1_000 * id_)


def test_feed_has_the_newest_changes_only() -> None:
    found = feed(*(line(id_) for id_ in range(1, ENTRIES_MAX + 10)))
    ids = [entry.findtext(f"{ATOM}id") for entry in found.findall(f"{ATOM}entry")]
    assert len(ids) == ENTRIES_MAX and ids[0] == f"https://s.example/articles/{ENTRIES_MAX + 9}"
    assert found.findtext(f"{ATOM}updated") == "1970-01-01T00:00:59.000Z"


def test_title_is_text_and_characters_that_xml_lacks_are_replaced() -> None:
    (entry,) = feed(line(1, 'a <b> & "c"\x0b')).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == 'a <b> & "c"\ufffd'


def test_feed_of_an_empty_section_is_valid() -> None:
    assert feed().find(f"{ATOM}entry") is None


def test_version_of_an_article_leads_to_what_changed() -> None:
    """The first version has nothing to compare with. Its summary says what the article is about."""
    numbers = ((2, "", "the estimate is named."), (1, "Two lines share a day.", ""))
    found = [Version(number, "Dates", summary, "", line, number, None, None) for number, summary, line in numbers]
    second, first = versions(ArticleFeedView(7, "fr", "Dates", found))
    assert (second.path, second.summary) == ("/articles/7-dates/versions?from=1&to=2&text=fr", "the estimate is named.")
    assert (first.path, first.summary) == ("/articles/7-dates", "Two lines share a day.")
    assert len({first.id, second.id, versions(ArticleFeedView(7, "en", "Dates", found))[0].id}) == 3
    parsed([second, first])


def test_notice_is_an_entry_in_the_language_of_its_reader() -> None:
    french = catalogue_of("fr")
    assert french is not None
    views = [NoticeView("article:7", "update", "Dates", line, "/articles/7", at, unread=True) for at, line in LINES]
    entries = parsed(notices(NoticesFeedView("fr", list(zip((12, 11), views, strict=True))), french))
    found = entries.findall(f"{ATOM}entry")
    assert found[0].findtext(f"{ATOM}id") == "https://s.example/following/notices/12"
    assert [entry.findtext(f"{ATOM}summary") for entry in found] == ["<b>&", "Article mis à jour"]
