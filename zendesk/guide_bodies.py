"""The JSON that programs send about the help center, in the form of Zendesk. Fields that are not listed are ignored, as
Zendesk does."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from knowledge.properties import LABEL_MAX, LABELS_MAX, POSITION_MAX, TOPIC_MAX
from zendesk.bodies import Id

_Locale = Annotated[str, Meta(max_length=40)]
_Line = Annotated[str, Meta(max_length=1_000)]
_Html = Annotated[str, Meta(max_length=1_048_576)]
_Labels = Annotated[list[Annotated[str, Meta(max_length=4 * LABEL_MAX)]], Meta(max_length=LABELS_MAX)]
_Position = Annotated[int, Meta(ge=-POSITION_MAX, le=POSITION_MAX)]


class TranslationWanted(Struct, frozen=True, kw_only=True):
    """The text of an article in one language. `body` is HTML. `draft`: readers do not see it yet."""

    locale: _Locale | None = None
    title: _Line | UnsetType = UNSET
    body: _Html | None | UnsetType = UNSET
    draft: bool | UnsetType = UNSET


class TranslationBody(Struct, frozen=True):
    translation: TranslationWanted


class ArticleWanted(Struct, frozen=True, kw_only=True):
    """An article to add, or what to change of it. A change takes no texts: translations change them.

    `user_segment_id` is null for everybody. `translations` are texts in place of `locale`, `title` and `body`.
    """

    title: _Line | UnsetType = UNSET
    body: _Html | None | UnsetType = UNSET
    locale: _Locale | None = None
    draft: bool = False
    translations: Annotated[list[TranslationWanted], Meta(max_length=10)] = []
    label_names: _Labels | UnsetType = UNSET
    section_id: Id | UnsetType = UNSET
    position: _Position | UnsetType = UNSET
    user_segment_id: int | None | UnsetType = UNSET


class ArticleBody(Struct, frozen=True, kw_only=True):
    """`notify_subscribers` tells the followers of the section of a new article."""

    article: ArticleWanted
    notify_subscribers: bool = True


class SectionWanted(Struct, frozen=True, kw_only=True):
    """A section to add, or what to change of it. It is added as a topic of the section `parent_section_id`."""

    name: Annotated[str, Meta(max_length=4 * TOPIC_MAX)] | UnsetType = UNSET
    parent_section_id: Id | None = None


class SectionBody(Struct, frozen=True):
    section: SectionWanted


class SubscriptionWanted(Struct, frozen=True, kw_only=True):
    """`user_id` can only be oneself. `include_comments`: of a section, tell of changes of its articles too."""

    user_id: Id | None = None
    include_comments: bool = False


class SubscriptionBody(Struct, frozen=True):
    subscription: SubscriptionWanted
