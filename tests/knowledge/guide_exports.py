"""A Zendesk Guide export, as the Help Center API returns it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

HOST = "https://acme.zendesk.com"
Thing = dict[str, object]


def article(id_: int, title: str, body: str = "<p>Text</p>", /, **more: object) -> Thing:
    return {
        "id": id_,
        "url": f"{HOST}/api/v2/help_center/en-us/articles/{id_}.json",
        "html_url": f"{HOST}/hc/en-us/articles/{id_}-{title.replace(' ', '-')}",
        "author_id": 9,
        "comments_disabled": True,
        "draft": False,
        "promoted": False,
        "position": 0,
        "vote_sum": 3,
        "section_id": 20,
        "created_at": "2024-02-03T10:00:00Z",
        "updated_at": "2025-05-06T11:00:00Z",
        "edited_at": "2025-05-05T11:00:00Z",
        "name": title,
        "title": title,
        "locale": "en-us",
        "source_locale": "en-us",
        "outdated": False,
        "label_names": [],
        "user_segment_id": None,
        "permission_group_id": 7,
        "body": body,
        **more,
    }


def translation(id_: int, locale: str, title: str, body: str = "<p>Texte</p>", /, **more: object) -> Thing:
    return {
        "id": 1000 + id_,
        "source_id": id_,
        "source_type": "Article",
        "locale": locale,
        "title": title,
        "body": body,
        "outdated": False,
        "draft": False,
        "created_at": "2024-03-03T10:00:00Z",
        "updated_at": "2025-06-06T11:00:00Z",
        **more,
    }


def page_of(key: str, things: list[Thing], **more: object) -> bytes:
    return msgspec.json.encode({key: things, "count": len(things), "next_page": None, **more})


CATEGORIES = [{"id": 10, "name": "Spectra OX", "position": 0}, {"id": 11, "name": "Help for Lumina", "position": 1}]
SECTIONS = [
    {"id": 20, "name": "FAQs", "category_id": 10, "position": 0, "parent_section_id": None},
    {"id": 21, "name": "Release notes", "category_id": 10, "position": 2, "parent_section_id": None},
    {"id": 22, "name": "Dashboards", "category_id": 11, "position": 1, "parent_section_id": 23},
    {"id": 23, "name": "Guides", "category_id": 11, "position": 1, "parent_section_id": None},
]
SEGMENTS = [
    {"id": 30, "name": "Signed-in users", "user_type": "signed_in_users", "built_in": True},
    {"id": 31, "name": "Agents and admins", "user_type": "staff", "built_in": True},
    {"id": 32, "name": "Partners", "user_type": "signed_in_users", "built_in": False},
]


def export(articles: list[Thing], translations: list[Thing] | None = None, **more: bytes) -> dict[str, bytes]:
    files = {
        "categories.json": page_of("categories", CATEGORIES),
        "sections.json": page_of("sections", SECTIONS),
        "user_segments.json": page_of("user_segments", SEGMENTS),
        "articles.json": page_of("articles", articles),
    }
    if translations is not None:
        files["translations.json"] = page_of("translations", translations)
    extra: Mapping[str, bytes] = {f"{name}.json": content for name, content in more.items()}
    return {**files, **extra}
