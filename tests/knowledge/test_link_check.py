from __future__ import annotations

import pytest

from knowledge.article import Article, Text, Visibility
from knowledge.link_check import Finding, Texts, fault_of

PRODUCTS = ("Spectra OX", "Lumina")


def article(id_: int, **more: object) -> Article:
    made = Article(source=f"a/{id_}", product="Lumina", section="faqs", id=id_)
    for name, value in more.items():
        object.__setattr__(made, name, value)
    return made


def texts(link: str, target: Article | None = None, source: Visibility = "public") -> Texts:
    made = Texts(PRODUCTS)
    made.add(article(1, visibility=source), [Text("en", "First", "", f"## One part\n\n[x]({link})")])
    if target is not None:
        made.add(target, [Text("en", "Second", "", "## Two words\n\n### Deep\n\n## Two words")])
    return made


@pytest.mark.parametrize(
    "link",
    [
        "/articles/2",
        "/articles/2-an-old-title#a-two-words-2",
        "/articles/2#a-deep",
        "#a-one-part",
        "/products/spectra-ox",
        "/submit",
        "/articles/files/0193-plan.pdf",
        "mailto:help@planner.example",
        "https://planner.example",
    ],
)
def test_good_link_is_not_reported(link: str) -> None:
    assert texts(link, article(2)).findings({}) == []


@pytest.mark.parametrize(
    ("link", "target", "problem", "says"),
    [
        ("/articles/3", article(2), "missing", "no such article"),
        ("/articles/x", article(2), "missing", "no such article"),
        ("/articles/2", article(2, state="draft"), "hidden", "a draft"),
        ("/articles/2", article(2, state="withdrawn"), "withdrawn", "was withdrawn"),
        ("/articles/2", article(2, state="withdrawn", moved_to=7), "moved", "Link to /articles/7."),
        ("/articles/2", article(2, visibility="staff"), "hidden", "Some readers"),
        ("/articles/2#a-three", article(2), "fragment", "Copy its address"),
        ("#one-part", article(2), "fragment", "Write #a-one-part."),
        ("/products/mint", article(2), "missing", "no such product"),
        ("moving.md", article(2), "file", "Link to the article"),
    ],
)
def test_bad_link_is_reported_with_what_to_do(link: str, target: Article, problem: str, says: str) -> None:
    (found,) = texts(link, target).findings({})
    assert (found.article, found.locale, found.title, found.link, found.problem) == (1, "en", "First", link, problem)
    assert says in found.says


def test_link_from_staff_to_staff_is_good() -> None:
    assert texts("/articles/2", article(2, visibility="staff"), "staff").findings({}) == []


def test_only_published_articles_are_checked_unless_asked() -> None:
    made = texts("/articles/9")
    made.add(article(2, state="draft"), [Text("fr", "Brouillon", "", "[x](/articles/8) [y](https://a.example)")])
    assert [one.link for one in made.findings({})] == ["/articles/9"]
    assert [one.link for one in made.findings({}, only=[2])] == ["/articles/8"]
    assert made.outside() == [] and made.outside([2]) == ["https://a.example"]
    assert made.targets() == {8, 9}


def test_answers_of_other_hosts_are_reported() -> None:
    made = texts("https://a.example/x")
    assert made.findings({"https://a.example/x": "Gone."}) == [
        Finding(1, "en", "First", "https://a.example/x", "outside", "Gone.")
    ]


@pytest.mark.parametrize(
    ("status", "says"),
    [(200, None), (302, None), (301, "moved to /new"), (404, "gone"), (410, "gone"), (500, "error"), (400, "error")],
)
def test_answer_of_another_host_is_judged(status: int, says: str | None) -> None:
    found = fault_of(status, "/new")
    assert (found is None) if says is None else (found is not None and says in found)


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_answer_for_programs_says_nothing_about_people(status: int) -> None:
    assert fault_of(status, None) is None


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("![Split](/articles/files/a.mp4)", ["/articles/files/a.mp4"]),
        ('![Split](/articles/files/a.webm "A title")', ["/articles/files/a.webm"]),
        ('![Split](/articles/files/a.mp4 "/articles/files/a.vtt")', []),
        ("![Picture](/articles/files/a.png) [video](/articles/files/a.mp4)", []),
    ],
)
def test_video_without_captions_is_told_to_the_author(body: str, found: list[str]) -> None:
    made = Texts(PRODUCTS)
    made.add(article(1), [Text("en", "First", "", body)])
    findings = made.findings({})
    assert [one.link for one in findings if one.problem == "captions"] == found
    assert all("no captions" in one.says for one in findings)
