"""The articles of a Zendesk Guide export as articles of the help center."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import quote

import msgspec

from knowledge.addresses import product_path
from knowledge.article import ORIGINAL, Article, Kind
from knowledge.folder import Folder, Imported, check
from knowledge.guide import Article as GuideArticle
from knowledge.guide import Guide, Translation
from knowledge.guide_links import address_of, source_of
from knowledge.guide_mapping import GuideMap, Place, Places, languages, original_of
from knowledge.page import Fault, FrontMatter, Page, moment_of
from knowledge.videos import video_at

_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(([^()\s]+)\)")
_LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")
_URL_MARKS = ":/?#[]@!$&'*+,;=%"
_FRAGMENT = re.compile(r"\]\(([^()#\s]*)#([^()\s]+)\)")
_VIDEO_WORDS = 150
"""An article with a video and fewer words is about the video."""


@dataclass(frozen=True, slots=True)
class Converted:
    """Markdown. `anchors` are the fragments of the headings here, by their ids in the export. `pictures` are the
    addresses of the pictures. `video` is True if a video is embedded."""

    body: str
    anchors: Mapping[str, str]
    pictures: Sequence[str]
    video: bool


Convert = Callable[[str, Callable[[str], str]], Converted]
"""Converts HTML. The second argument gives the new address of each link and picture. Raises Fault."""


@dataclass(slots=True)
class GuideFolder:
    """`files` are the addresses of pictures and files in the texts, each with the id of its attachment if it is one.
    `names` are the file names of the attachments."""

    folder: Folder
    files: dict[str, int | None] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


def converted(guide: Guide, map_: GuideMap, products: Collection[str], convert: Convert) -> GuideFolder:
    """All articles of an export. `products` are the names in the hours file."""
    return _Conversion(guide, Places(guide, map_, products), convert).made()


class _Conversion:
    def __init__(self, guide: Guide, places: Places, convert: Convert) -> None:
        self._guide = guide
        self._places = places
        self._convert = convert
        self._made = GuideFolder(Folder(faults=[*guide.faults, *places.faults()], warnings=list(guide.warnings)))
        self._anchors: dict[str, dict[str, str]] = {}
        self._where: dict[int, Place] = {}

    def made(self) -> GuideFolder:
        folder = self._made.folder
        self._made.names.update({id_: one.file_name for id_, one in self._guide.attachments.items()})
        for article in self._guide.articles.values():
            place = self._places.of(article)
            if isinstance(place, str):
                folder.faults.append(f"Article {article.id}, {article.title!r}: {place}")
            else:
                self._where[article.id] = place
        for position, id_ in enumerate(sorted(self._where, key=lambda id_: self._where[id_].order), start=1):
            try:
                folder.articles.append(self._article(self._guide.articles[id_], position))
            except Fault as fault:
                article = self._guide.articles[id_]
                folder.faults.append(f"Article {article.id}, {article.title!r}: {fault}")
        folder.articles = [
            replace(one, pages=self._linked(one.pages), drafts=self._linked(one.drafts)) for one in folder.articles
        ]
        return self._made

    def _article(self, article: GuideArticle, position: int) -> Imported:
        place, texts = self._where[article.id], self._texts(article)
        tags = languages([original_of(article, languages(texts)), *texts])
        for locale in texts.keys() - tags.keys():
            raise Fault(f"{locale!r} is not a language like en-us.")
        visibility, warning = self._places.visibility(article)
        if warning is not None:
            self._warn(article, warning)
        published = {locale for locale, text in texts.items() if not text.draft}
        made = {locale: self._page(article, text, tags[locale]) for locale, text in texts.items()}
        head = Article(
            source=source_of(article.id),
            product=place.product,
            section=place.section,
            kind=_kind(place, any(video for _, video in made.values())),
            topic=place.topic,
            visibility=visibility,
            state="published" if published else "draft",
            labels=tuple(dict.fromkeys(label.strip() for label in article.label_names if label.strip())),
            position=position,
        )
        current = frozenset(tags[locale] for locale, text in texts.items() if not text.outdated) - {ORIGINAL}
        pages = [_with_head(page, head) for locale, (page, _) in made.items() if locale in (published or made)]
        unpublished = [page for locale, (page, _) in made.items() if published and locale not in published]
        drafts = [_as_draft(_with_head(page, head)) for page in unpublished]
        return Imported(head, pages, current=current, drafts=drafts)

    def _texts(self, article: GuideArticle) -> dict[str, Translation]:
        """The texts of an article by locale, that of the article itself first."""
        own = article.locale.lower()
        texts = {locale: text for (id_, locale), text in self._guide.translations.items() if id_ == article.id}
        if own not in texts:
            texts[own] = Translation(
                locale=own,
                title=article.title,
                body=article.body,
                draft=article.draft,
                outdated=article.outdated,
                created_at=article.created_at,
                updated_at=article.edited_at or article.updated_at,
            )
        return {own: texts.pop(own), **texts}

    def _page(self, article: GuideArticle, text: Translation, tag: str) -> tuple[Page, bool]:
        """A pair: the page of a text, and True if it is about a video."""
        found = self._convert(text.body or "", lambda link: self._address(article, link))
        self._anchors.setdefault(source_of(article.id), {}).update(found.anchors)
        for picture in found.pictures:
            if not picture.startswith(("http:", "https:")):
                raise Fault(f"the picture {picture} has no address of a host. Export html_url too.")
            self._made.files.setdefault(picture, None)
        body = "\n\n".join(part for part in (found.body, self._attached(article)) if part)
        front = FrontMatter(
            title=" ".join(text.title.split()),
            locale=tag,
            published=_moment(text.created_at or article.created_at),
            updated=_moment(text.updated_at or article.updated_at),
        )
        check(front, body)
        ending = "md" if tag == ORIGINAL else f"{tag}.md"
        return Page(f"{source_of(article.id)}.{ending}", front, body), found.video and len(body.split()) < _VIDEO_WORDS

    def _attached(self, article: GuideArticle) -> str:
        """A list of the files below a text."""
        lines = []
        for file in self._guide.attachments_of(article.id):
            url = quote(file.content_url, safe=_URL_MARKS) or self._url(f"/hc/article_attachments/{file.id}")
            self._made.files[url] = file.id
            name = re.sub(r"([\\\[\]*_`<])", r"\\\1", file.file_name.strip()) or str(file.id)
            lines.append(f"- [{name}]({url})")
        return "\n".join(lines)

    def _address(self, article: GuideArticle, link: str) -> str:
        """The address to which a link or a picture of the export leads here."""
        found = address_of(link, self._guide.hosts)
        if found is None:
            return f"https:{link}" if link.startswith("//") else link
        fragment = f"#{link.partition('#')[2]}" if "#" in link else ""
        match found.kind:
            case "articles":
                if found.id in self._guide.articles:
                    return f"{found.id}.md{fragment}"
                self._warn(article, f"it links to article {found.id}, which is not in the export")
                return self._url(link)
            case "article_attachments":
                url = self._url(link)
                self._made.files[url] = found.id
                return url
            case "requests":
                return "/submit" if found.new else "/requests"
            case _:
                return self._listing(found.id) or "/"

    def _listing(self, id_: int) -> str | None:
        """The page of the product to which a section or a category belongs."""
        for article, place in self._where.items():
            section = self._guide.sections.get(self._guide.articles[article].section_id or 0)
            if section is not None and id_ in (section.id, section.category_id, section.parent_section_id):
                return product_path(place.product)
        return None

    def _url(self, link: str) -> str:
        if not link.startswith("/"):
            return link
        host = min(self._guide.hosts, default="")
        return f"https://{host}{link}" if host else link

    def _linked(self, pages: Sequence[Page]) -> list[Page]:
        """The pages, with the fragments of their links as they are here."""
        return [replace(page, body=_FRAGMENT.sub(partial(self._fragment, page), page.body)) for page in pages]

    def _fragment(self, page: Page, found: re.Match[str]) -> str:
        target = found[1].removesuffix(".md")
        source = page.source if not target else source_of(int(target)) if target.isdigit() else ""
        fragment = self._anchors.get(source, {}).get(found[2])
        return f"]({found[1]}#{fragment})" if fragment is not None else found[0]

    def _warn(self, article: GuideArticle, words: str) -> None:
        line = f"Article {article.id}, {article.title!r}: {words}."
        if line not in self._made.folder.warnings:
            self._made.folder.warnings.append(line)


def files_in(body: str, files: Collection[str]) -> list[str]:
    """Those of these addresses to which a text has a link or a picture."""
    return [found[1] for found in _LINK.finditer(body) if found[1] in files]


def with_files(body: str, addresses: Mapping[str, str]) -> str:
    """The text with the new addresses of its files. A picture without one becomes a link to its old address."""

    def picture(found: re.Match[str]) -> str:
        alt, url = found[1], found[2]
        if url in addresses:
            return f"![{alt}]({addresses[url]})"
        kept = url.startswith("/") or video_at(url) is not None
        return found[0] if kept else f"[{alt or 'Picture'}]({url})"

    replaced = _PICTURE.sub(picture, body)
    return _LINK.sub(lambda found: f"]({addresses.get(found[1], found[1])})", replaced)


def _kind(place: Place, video: bool) -> Kind:
    return "release" if place.section == "releases" else "video" if video else "article"


def _with_head(page: Page, head: Article) -> Page:
    front = msgspec.structs.replace(
        page.front,
        product=head.product,
        section=head.section,
        kind=head.kind,
        topic=head.topic,
        labels=list(head.labels),
        visibility=head.visibility,
        state=head.state,
        position=head.position,
    )
    return replace(page, front=front)


def _as_draft(page: Page) -> Page:
    return Page(f"{page.path.removesuffix('md')}draft.md", msgspec.structs.replace(page.front, draft=True), page.body)


def _moment(value: str) -> str | None:
    """A time of the export. Raises Fault."""
    if not value:
        return None
    try:
        moment_of(value)
    except ValueError:
        raise Fault(f"{value[:40]!r} is not a time like 2026-11-21T09:30:00Z.") from None
    return value
