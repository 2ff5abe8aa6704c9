"""Help center calls of programs that were written for Zendesk: zenpy and node-zendesk, unmodified."""

from __future__ import annotations

from importlib import import_module

import pytest

from identity.actor import SYSTEM
from knowledge.adapters.author_store import SqlAuthoring
from refusals import Refused
from tests.contract import Frame
from tests.running import RunningDesk
from tests.stories.test_administration import token_of
from tests.stories.test_zendesk import in_node, in_script

HELP = "/api/v2/help_center"
zenpy, objects, errors = (import_module(name) for name in ("zenpy", "zenpy.lib.api_objects", "zenpy.lib.exception"))
guide = import_module("zenpy.lib.api_objects.help_centre_objects")


@pytest.fixture
async def token(desk: RunningDesk) -> str:
    return await token_of(desk, "Nadia", "author", ())


async def test_zenpy_script_adds_translates_moves_and_follows(
    desk: RunningDesk, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", f"127.0.0.1:{desk.port}")
    zendesk = zenpy.Zenpy(subdomain="media", email="nadia@desk.example", token=token)
    center = zendesk.help_center

    def script() -> int:
        lumina = next(one for one in center.categories() if one.name == "Lumina")
        faqs, training, releases = center.categories.sections(lumina.id)
        assert (faqs.name, releases.name) == ("FAQs", "Release Details")
        assert (faqs.category.name, center.sections(id=training.id).name) == ("Lumina", "Training and Documentation")
        billing = center.sections.create(guide.Section(name="Billing", category_id=lumina.id))
        assert (billing.parent_section_id, center.sections(id=billing.id).name) == (faqs.id, "Billing")
        body = "<h2>Why</h2><p>It <strong>fails</strong>.</p><script>x</script>"
        made = center.articles.create(
            billing.id,
            guide.Article(title="The export fails", body=body, locale="en-us", label_names=["export"]),
            notify_subscribers=False,
        )
        assert made.body == '<h2 id="a-why">Why</h2>\n<p>It <strong>fails</strong>.</p>\n'
        me = zendesk.users.me()
        assert (me.name, me.email, me.role) == ("Nadia", "nadia@desk.example", "agent")
        assert made.author_id == me.id and made.author.name == "Nadia"
        assert (made.draft, made.locale, made.section_id) == (False, "en-us", billing.id)
        center.articles.create_translation(made.id, guide.Translation(locale="fr", title="Échec", body="<p>Non</p>"))
        assert {one.locale for one in center.articles.translations(made.id)} == {"en-us", "fr"}
        changed = guide.Translation(locale="en-us", title="The export stops", body="<p>Wait</p>")
        assert center.articles.update_translation(made.id, changed).title == "The export stops"
        assert [one.outdated for one in center.articles.translations(made.id)] == [False, True]
        made.section_id, made.label_names = faqs.id, ["export", "files"]
        assert center.articles.update(made).title == "The export stops"
        assert [one.id for one in center.sections.articles(faqs.id)] == [made.id]
        assert [one.id for one in center.articles(label_names=["files", "export"])] == [made.id]
        follow = center.sections.create_subscription(
            faqs.id, guide.Subscription(source_locale="en-us", include_comments=True)
        )
        (shown,) = center.sections.subscriptions(faqs.id)
        assert (shown.id, shown.content_id, shown.include_comments) == (follow.id, faqs.id, True)
        center.sections.delete_subscription(faqs.id, follow.id)
        assert list(center.sections.subscriptions(faqs.id)) == []
        with pytest.raises(errors.APIException) as refused:
            center.articles.create(faqs.id, guide.Article(title="", body="<p>x</p>"))
        assert refused.value.response.json()["details"]["title"][0]["error"] == "InvalidValue"
        number: int = made.id
        return number

    number = await in_script(script)
    async with desk.http() as http:
        (own,) = (await http.get("/api/articles")).json()["articles"]
    assert (own["id"], own["topic"], own["labels"]) == (number, "", ["export", "files"])


_NODE = """
const { createClient } = require("node-zendesk");
const [url, token] = process.argv.slice(1);
(async () => {
  const zendesk = createClient({ username: "nadia@desk.example", token, endpointUri: `${url}/api/v2/help_center` });
  const { articles, categories, sections, subscriptions, translations } = zendesk.helpcenter;
  const core = createClient({ username: "nadia@desk.example", token, endpointUri: `${url}/api/v2` });
  const me = (await core.users.me()).result.email;
  const product = (await categories.list()).find((one) => one.name === "Lumina");
  const faqs = (await sections.listByCategory(product.id)).find((one) => one.name === "FAQs");
  const french = (await sections.listWithLocale("fr")).find((one) => one.id === faqs.id).name;
  const text = { title: "Reset it", body: "<p>Press <em>Reset</em></p>", draft: true };
  const made = (await articles.createWithLocale("en-us", faqs.id, { article: text })).result;
  const hidden = (await articles.list()).length;
  await translations.updateForArticle(made.id, "en-us", { translation: { draft: false } });
  await translations.createForArticle(made.id, { translation: { locale: "es", title: "Reinicie", body: "<p>Sí</p>" } });
  await articles.update(made.id, { article: { user_segment_id: 3, position: 4 } });
  const spanish = (await articles.showWithLocale("es", made.id)).result;
  const listed = (await articles.listBySection(faqs.id)).map((one) => [one.id, one.title]);
  const follow = (await subscriptions.createbyArticle(made.id, { subscription: { source_locale: "en-us" } })).result;
  const followed = (await subscriptions.listByArticle(made.id)).map((one) => one.id);
  const missing = (await translations.listMissingLocalesByArticle(made.id)).result.locales;
  const author = (await core.users.show(made.author_id)).result.name;
  const out = { me, author, french, draft: made.draft, hidden, spanish, listed, id: made.id, missing };
  console.log(JSON.stringify({ ...out, follows: followed[0] === follow.id }));
})().catch((error) => { console.error(error); process.exit(1); });
"""


async def test_node_zendesk_script_runs_unchanged(desk: RunningDesk, token: str) -> None:
    told = await in_node(_NODE, desk.url, token)
    assert (told["me"], told["author"]) == ("nadia@desk.example", "Nadia")
    assert (told["french"], told["draft"], told["hidden"], told["missing"]) == ("FAQ", True, 0, ["fr"])
    assert (told["spanish"]["title"], told["spanish"]["user_segment_id"]) == ("Reinicie", 3)
    assert told["listed"] == [[told["id"], "Reset it"]] and told["follows"]
    path = f"{HELP}/articles/{told['id']}"
    async with desk.http() as nobody, desk.http(await token_of(desk, "Priya", "agent")) as agent:
        assert (await nobody.get(path)).status_code == 404
        assert (await nobody.get(f"{HELP}/articles")).json()["articles"] == []
        shown = (await agent.get(f"{HELP}/articles/{told['id']}.json?locale=fr-ca")).json()["article"]
        assert (shown["locale"], shown["author_id"]) == ("en-us", None)
        changed = {"translation": {"title": "Mine"}}
        assert (await agent.put(f"{path}/translations/en-us", json=changed)).status_code == 403


async def test_drafts_are_for_authors_and_bad_texts_are_named(desk: RunningDesk, token: str) -> None:
    async with desk.http(token) as author, desk.http() as nobody:
        faqs = (await author.get(f"{HELP}/sections?per_page=1")).json()["sections"][0]["id"]
        path = f"{HELP}/sections/{faqs}/articles"

        async def add(**fields: object) -> Frame:
            told: Frame = (await author.post(path, json={"article": {"title": "Export", **fields}})).json()
            return told

        draft = (await add(draft=True, body="<p>Soon</p>"))["article"]["id"]
        shown = (await author.get(f"{HELP}/articles/{draft}")).json()["article"]
        assert (shown["draft"], shown["body"]) == (True, "<p>Soon</p>\n")
        for hidden in (f"{HELP}/articles/{draft}", f"{HELP}/articles/{draft}/translations/en-us"):
            assert (await nobody.get(hidden)).status_code == 404
        assert list((await add(body="<div>" * 100))["details"]) == ["body"]
        assert list((await add(body="<p>x</p>", user_segment_id=9))["details"]) == ["user_segment"]
        assert list((await add(body="<p>x</p>", locale="de"))["details"]) == ["locale"]
        moved = await author.put(f"{HELP}/articles/{draft}", json={"article": {"section_id": 4711}})
        assert list(moved.json()["details"]) == ["section"]
        renamed = await author.put(f"{HELP}/sections/{faqs}", json={"section": {"name": "Other"}})
        assert list(renamed.json()["details"]) == ["name"]
        category = (await author.get(f"{HELP}/categories")).json()["categories"][0]["id"]
        hidden_topic = {"section": {"name": "Not yet announced"}}
        added = await author.post(f"{HELP}/categories/{category}/sections", json=hidden_topic)
        assert added.status_code == 201
        assert (await nobody.get(f"{HELP}/sections/{added.json()['section']['id']}")).status_code == 404
        assert "announced" not in (await nobody.get(f"{HELP}/sections?per_page=100")).text


async def test_article_is_added_with_all_texts_or_not_at_all(
    desk: RunningDesk, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Followers are told of the first text that is published."""
    texts = [
        {"locale": tag, "title": "Export", "body": "<p>x</p>", "draft": tag == "en-us"} for tag in ("fr", "en-us", "es")
    ]
    async with desk.http(token) as author, desk.http(await token_of(desk, "Ada", "admin", ())) as admin:
        faqs = (await author.get(f"{HELP}/sections?per_page=1")).json()["sections"][0]["id"]
        path = f"{HELP}/sections/{faqs}/articles"
        wanted = {"article": {"translations": texts}}
        with monkeypatch.context() as broken:
            broken.setattr(SqlAuthoring, "remove_draft", refused)
            assert (await author.post(path, json=wanted)).status_code == 409
        assert (await admin.get("/api/admin/audit", params={"thing": "article"})).json()["lines"] == []
        added = (await author.post(path, json=wanted)).json()["article"]
        translations = (await author.get(f"{HELP}/articles/{added['id']}/translations")).json()["translations"]
        assert {one["locale"]: one["draft"] for one in translations} == {"fr": False, "es": False, "en-us": True}
        lines = (await admin.get("/api/admin/audit", params={"verb": "publish"})).json()["lines"]
        told = {line["detail"]["locale"]: line["detail"]["told"] for line in lines}
        assert told == {"es": False, "fr": True}
        await desk.desk.help_center.library.authors.withdraw(SYSTEM, added["id"], None)
        changed = await author.put(f"{HELP}/articles/{added['id']}", json={"article": {"label_names": ["gone"]}})
        assert changed.status_code == 404
        work = await desk.desk.help_center.library.authors.work(SYSTEM, added["id"])
        assert work.article.labels == ()


def refused(*_: object) -> None:
    raise Refused("conflict", "Not now.")


async def test_pages_of_articles_follow_each_other(desk: RunningDesk, token: str) -> None:
    async with desk.http(token) as http:
        faqs = (await http.get(f"{HELP}/sections?per_page=1")).json()["sections"][0]["id"]
        made = []
        for place in range(3):
            article = {"title": f"Article {place}", "body": "<p>x</p>", "position": -place}
            added = await http.post(f"{HELP}/sections/{faqs}/articles", json={"article": article})
            made.append(added.json()["article"]["id"])
        first = (await http.get(f"{HELP}/articles?page[size]=2")).json()
        second = (await http.get(first["links"]["next"].removeprefix(desk.url).replace(".json", ""))).json()
        by_number = (await http.get(f"{HELP}/articles?per_page=2&page=2&sort_by=created_at")).json()
    assert [one["id"] for one in [*first["articles"], *second["articles"]]] == made[::-1]
    assert (by_number["count"], by_number["next_page"], [one["id"] for one in by_number["articles"]]) == (
        3,
        None,
        made[2:],
    )


async def test_people_are_found_by_the_numbers_that_they_have(desk: RunningDesk) -> None:
    """Most numbers have 16 digits."""
    async with desk.http(await token_of(desk, "Priya", "agent")) as http:
        me = (await http.get("/api/v2/users/me")).json()["user"]
        assert (await http.get(f"/api/v2/users/{me['id']}")).json()["user"] == me
        group = (await http.get("/api/v2/groups")).json()["groups"][0]
        assert (await http.get(f"/api/v2/groups/{group['id']}")).json()["group"] == group
