from __future__ import annotations

from xml.etree import ElementTree

from following.announcement import Subject
from knowledge.article import Article
from knowledge.ports import Line
from widgets.followed import Followed
from widgets.following_ports import FeedView
from widgets.portal.feeds import ENTRIES_MAX, atom

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(*lines: Line) -> ElementTree.Element:
    view = FeedView(Followed(Subject("section", "ox/faqs"), "/products/ox#faqs", "OX"), lines)
    return ElementTree.fromstring(atom("https://s.example", "/products/ox/faqs.atom", "Brand: OX", view, "en"))


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
