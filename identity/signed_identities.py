"""Who a host site says its user is: a JWT that it signs with a secret that it shares with the desk. Pure.

Header: `alg` HS256, `kid` (names the secret where the desk has several), `typ`, nothing else. Claims: `sub`, the
site's own name for its user; `aud`, this desk; `iat` and `exp`, seconds since the epoch; `email` and
`name`, where the site knows them; `email_verified`, whether the site knows that the address is theirs;
`jti`, where each is for one browser. Whatever is not exactly so is refused as a whole.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec
from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import OctKey

from refusals import Refused
from texts.addresses import is_email, normal_email
from texts.visible import fault_of_line

VALID_S = 600
"""Seconds that an identity lasts at most, from its issue and from now."""
LEEWAY_S = 30
"""How far a site's clock may be ahead of ours. A clock behind needs none: it only makes the ten minutes shorter."""
SUB_MAX = 255
NAME_MAX = 200
JTI_MAX = 255

NO_DOMAINS: Mapping[str, Set[str]] = MappingProxyType({})
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=2**40)]


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    """All that a header may say. It is checked before the library reads it, which trusts the types in it."""

    alg: Literal["HS256"]
    kid: str | msgspec.UnsetType = msgspec.UNSET
    typ: str | msgspec.UnsetType = msgspec.UNSET


class _Claims(msgspec.Struct):
    """What must be in it, and what may be. Claims that we do not know are the site's own business."""

    sub: Annotated[str, msgspec.Meta(min_length=1, max_length=SUB_MAX)]
    aud: str | list[str]
    iat: _Seconds
    exp: _Seconds
    nbf: _Seconds = 0
    email: str | None = None
    name: str | None = None
    email_verified: object = None
    jti: Annotated[str, msgspec.Meta(min_length=1, max_length=JTI_MAX)] | None = None


@dataclass(frozen=True, slots=True)
class SignedIdentity:
    """Who somebody is: `sub` of the site whose secret is called `kid` (empty where it has no name).

    `email` is in lower case; both it and `name` are None where the site does not say. `email_verified`: the site may
    speak for this address. Else it is a claim, and opens nothing.
    """

    kid: str
    sub: str
    email: str | None
    name: str | None
    email_verified: bool = False
    jti: str | None = None
    """The site's name for this one JWT: then it counts for the first browser that shows it alone."""
    expires_at: int = 0
    """In ms since the epoch, UTC."""


def verify(
    jwt: str,
    secrets: Mapping[str, Sequence[bytes]],
    audience: str,
    now: int,
    domains: Mapping[str, Set[str]] = NO_DOMAINS,
) -> SignedIdentity:
    """Who `jwt` proves somebody to be. `secrets` are those shared with sites, by `kid`, several of one `kid`
    while it is replaced; `audience` is the address of this desk; `now` in ms since the epoch, UTC; `domains` the mail
    domains of each site, by `kid`.

    Raises Refused(unauthorized), with a sentence for who builds the site.
    """
    if not secrets:
        raise _refused("this desk shares no secret with a site (SWITCHBOARD_IDENTITY_SECRET)")
    kid, payload = _opened(jwt, secrets)
    try:
        claims = msgspec.json.decode(payload, type=_Claims)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(f"its claims are not as they must be: {error}") from None
    _check_audience(claims.aud, audience)
    _check_times(claims, now / 1000)
    email = _checked_email(claims.email)
    verified = email is not None and _speaks_for(email, claims.email_verified, domains.get(kid))
    sub, name = _checked_sub(claims.sub), _checked_name(claims.name)
    return SignedIdentity(kid, sub, email, name, verified, claims.jti, int(claims.exp * 1000))


def _speaks_for(email: str, claimed: object, domains: Set[str] | None) -> bool:
    """Does a site's word prove this address? One with domains speaks for addresses there and no others, unless it says
    itself that this one is unproven; one without must say that it is proven."""
    if domains is None:
        return claimed in (True, "true")
    return email.rpartition("@")[2] in domains and claimed not in (False, "false")


def _opened(jwt: str, secrets: Mapping[str, Sequence[bytes]]) -> tuple[str, bytes]:
    """The `kid` and the payload of what one of the secrets signed."""
    kid = _kid_of(jwt, secrets)
    for secret in secrets[kid]:
        try:
            return kid, jws.deserialize_compact(jwt, OctKey.import_key(secret), algorithms=["HS256"]).payload
        except BadSignatureError:
            continue
        except (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise _refused(str(error)) from None
    raise _refused("its signature is not made with the secret that this desk shares with the site")


def _kid_of(jwt: str, secrets: Mapping[str, Sequence[bytes]]) -> str:
    header = _header_of(jwt)
    kid = header.kid
    if isinstance(kid, msgspec.UnsetType):
        kid = next(iter(secrets)) if len(secrets) == 1 else ""
    if kid not in secrets:
        raise _refused("its `kid` names none of the secrets that this desk shares with sites")
    return kid


def _header_of(jwt: str) -> _Header:
    first, *others = jwt.split(".")
    if len(others) != 2:
        raise _refused("it is not a JWT of three parts")
    try:
        return msgspec.json.decode(urlsafe_b64decode(first + "=" * (-len(first) % 4)), type=_Header)
    except (msgspec.DecodeError, binascii.Error, ValueError, RecursionError) as error:
        raise _refused(f"its header is not `alg` HS256, with `kid` and `typ` at most: {error}") from None


def _check_audience(aud: str | list[str], audience: str) -> None:
    named = [aud] if isinstance(aud, str) else aud
    if audience not in (one.lower().rstrip("/") for one in named):
        raise _refused(f"its `aud` is not this desk, which is {audience}")


def _check_times(claims: _Claims, now_s: float) -> None:
    if claims.exp <= now_s:
        raise _refused("it has expired")
    if claims.exp > now_s + VALID_S + LEEWAY_S or claims.exp > claims.iat + VALID_S + LEEWAY_S:
        raise _refused(f"its `exp` is more than {VALID_S // 60} minutes ahead")
    if max(claims.iat, claims.nbf) > now_s + LEEWAY_S:
        raise _refused("it comes from the future: compare the clocks of the site and of this desk")


def _checked_sub(sub: str) -> str:
    if not sub.isprintable() or not sub.strip():
        raise _refused(f"its `sub` is not 1 to {SUB_MAX} printable characters")
    return sub


def _checked_email(email: str | None) -> str | None:
    if email is None:
        return None
    if not is_email(normal_email(email)):
        raise _refused("its `email` is not a mail address")
    return normal_email(email)


def _checked_name(name: str | None) -> str | None:
    called = " ".join(name.split()) if name is not None else ""
    if not called.isprintable() or len(called) > NAME_MAX or fault_of_line(called):
        raise _refused(f"its `name` is not up to {NAME_MAX} printable characters")
    return called or None


def _refused(reason: str) -> Refused:
    return Refused("unauthorized", f"The signed identity proves nothing: {reason}.")
