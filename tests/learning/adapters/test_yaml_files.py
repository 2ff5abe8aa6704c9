from __future__ import annotations

import pytest

from learning.adapters.yaml_files import read_folder
from learning.catalogue import Item

PRODUCTS = {"Spectra OX"}
GOOD = """
topics:
  - {key: orders, platform: Spectra OX, heading: Orders, name: Orders and flights}
resources:
  - {key: intro, kind: course, title: Orders in ten minutes, minutes: 10, link: "https://videos.example/1",
     topics: [orders]}
  - {key: errors, kind: quick_card, title: Order errors, minutes: 5, article: ox/errors.md,
     topics: [orders], requires: [intro]}
plans:
  - key: planner
    role: Media planner
    title: Media planner
    stages:
      - title: Start
        steps: [{resource: intro}, {session: class, optional: true}]
sessions:
  - key: class
    kind: class
    title: Orders in practice
    minutes: 60
    zone: America/New_York
    capacity: 20
    after: intro
    dates: [{key: dec, starts: 2026-12-11T13:00, note: good for the west coast}]
"""


def test_folder_becomes_topics_resources_plans_and_sessions() -> None:
    folder = read_folder({"a.yaml": GOOD}, PRODUCTS)
    assert folder.faults == []
    assert [topic.name for topic in folder.topics] == ["Orders and flights"]
    assert [(one.source, one.address, one.requires) for one in folder.resources] == [
        ("intro", "https://videos.example/1", ()),
        ("errors", "", ("intro",)),
    ]
    assert folder.articles == {"errors": "ox/errors"}
    assert folder.plans[0].items == (
        Item(kind="resource", source="intro"),
        Item(kind="session", source="class", optional=True),
    )
    assert [(one.source, one.after, one.note) for one in folder.sessions] == [
        ("class/dec", "intro", "good for the west coast")
    ]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("platform: Spectra OX", "platform: Aura", "'Aura'"),
        ("requires: [intro]", "requires: [nothing]", "there is no resource nothing"),
        ("requires: [intro]", "requires: [errors]", "in a circle: errors"),
        ("topics: [orders], requires", "topics: [money], requires", "there is no topic money"),
        ("key: errors", "key: intro", "intro occurs twice"),
        ("after: intro", "after: errors", "there is no course errors"),
        ("{resource: intro}", "{resource: gone}", "there is no resource gone"),
        ("{resource: intro}", "{resource: intro, session: class}", "either a `resource` or a `session`"),
        ("{resource: intro}", "{optional: true}", "either a `resource` or a `session`"),
        ('link: "https://videos.example/1"', 'link: "javascript:alert(1)"', "must begin with https://"),
        ('link: "https://videos.example/1",', "", "either `article` or `link`"),
        ("minutes: 10", "minutes: 0", ">= 1"),
        ("minutes: 10", "minuets: 10", "minuets"),
        ("starts: 2026-12-11T13:00", "starts: 2026-03-08T02:30", "does not exist in America/New_York"),
        ("zone: America/New_York", "zone: Nowhere", "time zone"),
        ("key: planner", "key: 'a:b'", "matching regex"),
    ],
)
def test_fault_of_a_folder_is_named(before: str, after: str, fault: str) -> None:
    assert before in GOOD
    assert fault in " ".join(read_folder({"a.yaml": GOOD.replace(before, after, 1)}, PRODUCTS).faults)


@pytest.mark.parametrize(
    "content", ["- a", "a: [", "topics: &a [*a]", "", "[" * 1000, "topics: !!python/object:os.x {}"]
)
def test_file_that_is_no_learning_center_is_refused(content: str) -> None:
    (fault,) = read_folder({"a.yaml": content}, PRODUCTS).faults
    assert fault.startswith("a.yaml: ")


@pytest.mark.parametrize("deep", ["[" * 3_000, "\n" + "".join(f"{' ' * n}a:\n" for n in range(40))])
def test_deep_nesting_is_refused_before_it_is_read(deep: str) -> None:
    assert read_folder({"a.yaml": f"topics: {deep}"}, PRODUCTS).faults == ["a.yaml: It is nested too deeply."]
