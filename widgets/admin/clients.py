"""`/admin/clients`: companies, their domains and their people."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from identity.client_views import ClientChange, ClientDetail
from refusals import Refused
from widgets.admin.frame import admin_page, after_change, routes_of, versions_of
from widgets.ports import Form, program_of

KEY = "clients"
_NEW = "new"
_DOMAINS_MAX = 50


def routes() -> list[Route]:
    return routes_of(KEY, _shown, _send)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form about a client. `do` is `coordinate` or `release` if a button about a coordinator was pressed.
    Without it, the client is changed. If the path has `new` in place of an id, a client is added."""
    id_, administration = request.path_params["id"], program_of(request).administration
    form = await program_of(request).accounts.read_form(request)
    try:
        if id_ == _NEW:
            id_ = (await administration.add_client(actor, _wanted(form))).id
        elif form.line("do") in ("coordinate", "release"):
            await administration.coordinate(actor, id_, form.line("email"), form.line("do") == "coordinate")
        else:
            await administration.change_client(actor, id_, _wanted(form), versions_of(form))
    except Refused as refused:
        if refused.code in ("unavailable", "forbidden"):
            raise
        return await _shown(request, actor, id_, form, refused)
    return after_change(f"/admin/clients/{id_}?done=1")


def _wanted(form: Form) -> ClientChange:
    domains = form.values.get("domains", "").replace(",", " ").split()
    if len(domains) > _DOMAINS_MAX:
        raise Refused("invalid", f"At most {_DOMAINS_MAX} domains.", {"domains": "Too many."})
    return ClientChange(
        name=form.line("name"),
        domains=domains,
        account_team=form.line("account_team"),
        vip=bool(form.line("vip")),
        products=_chosen(form),
    )


def _chosen(form: Form) -> list[str]:
    """The products of the ticked boxes. The name of a box is `product.` and the product."""
    return sorted(name.removeprefix("product.") for name in form.values if name.startswith("product."))


async def _shown(
    request: Request, actor: Actor, id_: str = "", form: Form | None = None, refused: Refused | None = None
) -> Response:
    administration, asked = program_of(request).administration, request.query_params.get("q", "")
    clients = await administration.clients(actor)
    words = asked.casefold().split()
    found = [one for one in clients if all(word in f"{one.name} {' '.join(one.domains)}".casefold() for word in words)]
    detail = await administration.client(actor, id_) if id_ and id_ != _NEW else None
    context = {
        "clients": found,
        "count": len(clients),
        "asked": asked,
        "open": id_,
        "detail": detail,
        "shown": _form_of(detail, form),
        "products": _products(administration.products(), detail),
        "done": "done" in request.query_params,
    }
    return await admin_page(request, actor, KEY, "admin/clients.html", context, refused=refused)


def _products(known: Sequence[str], detail: ClientDetail | None) -> list[str]:
    """The products of the hours file, and those of the client that are no longer in it."""
    kept = detail.client.products if detail is not None else ()
    return [*known, *sorted(set(kept) - set(known))]


def _form_of(detail: ClientDetail | None, form: Form | None) -> dict[str, object]:
    """The values of the form: the values that were sent, or the values of the stored client if nothing was sent."""
    if form is not None and "name" in form.values:
        return {**form.values, "vip": bool(form.line("vip")), "products": _chosen(form)}
    if detail is None:
        return {"name": "", "domains": "", "account_team": "", "vip": False, "products": []}
    client = detail.client
    domains = "\n".join(sorted(client.domains))
    return {
        "name": client.name,
        "domains": domains,
        "account_team": client.account_team or "",
        "vip": client.vip,
        "products": sorted(client.products),
    }
