"""Signed identities: JWTs with which a host site proves who its user is. They are signed with a shared secret. Pure.

- The header must have the `alg` HS256. It may also have `kid`, which names the secret, and `typ`, but nothing else.
- Required claims: `sub` (the site's id of the user), `aud` (this desk), `iat` and `exp` (in seconds since the epoch).
- Optional claims: `nbf`, `email`, `name`, `email_verified` (the site has checked the email address), and `jti` (the JWT
  is valid in one browser only). Other claims are ignored.

If the header or a claim is invalid, the whole JWT is refused.
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

from identity.errors import Fault, IdentityRefused
from texts.addresses import is_email, normal_email
from texts.visible import fault_of_line

VALID_S = 600
"""Maximum number of seconds from the issue of a JWT to its expiry. The same limit applies from now to the expiry."""
LEEWAY_S = 30
"""Seconds by which a site's clock may be ahead. A clock that is behind only shortens the lifetime."""
SUB_MAX = 255
NAME_MAX = 200
JTI_MAX = 255
AUD_SHOWN = 200
"""Maximum number of characters of a wrong `aud` that the refusal shows."""

NO_DOMAINS: Mapping[str, Set[str]] = MappingProxyType({})
_Seconds = Annotated[float, msgspec.Meta(ge=0, le=2**40)]


class _Header(msgspec.Struct, forbid_unknown_fields=True):
    """The header of the JWT. It is checked before joserfc reads it, because joserfc trusts the types in the header."""

    alg: Literal["HS256"]
    kid: str | msgspec.UnsetType = msgspec.UNSET
    typ: str | msgspec.UnsetType = msgspec.UNSET


class _Claims(msgspec.Struct):
    """The claims of the JWT. Unknown claims are ignored."""

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
    """A verified identity: the user `sub` of the site with the secret `kid` (empty for an unnamed secret).

    `email` is in lower case. An address without `email_verified` is only a claim and gives access to nothing.
    """

    kid: str
    sub: str
    email: str | None
    name: str | None
    email_verified: bool = False
    jti: str | None = None
    """The id of this JWT. If set, only the first browser that presents it may use it."""
    expires_at: int = 0


def verify(
    jwt: str,
    secrets: Mapping[str, Sequence[bytes]],
    audience: str,
    now: int,
    domains: Mapping[str, Set[str]] = NO_DOMAINS,
) -> SignedIdentity:
    """The identity in `jwt`.

    `secrets` are the shared secrets by `kid`, several per `kid` during a rotation. `audience` is the URL of this desk.
    `domains` has, for each `kid`, the email domains in which the site proves addresses. Raises IdentityRefused with a
    sentence for the developer of the site.
    """
    if not secrets:
        raise _refused("this desk has no secret for signed identities (set SWITCHBOARD_IDENTITY_SECRET)", "secret")
    kid, payload = _opened(jwt, secrets)
    try:
        claims = msgspec.json.decode(payload, type=_Claims)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(f"its claims are invalid: {error}") from None
    _check_audience(claims.aud, audience)
    _check_times(claims, now / 1000)
    email = _checked_email(claims.email)
    verified = email is not None and _speaks_for(email, claims.email_verified, domains.get(kid))
    sub, name = _checked_sub(claims.sub), _checked_name(claims.name)
    return SignedIdentity(kid, sub, email, name, verified, claims.jti, int(claims.exp * 1000))


def _speaks_for(email: str, claimed: object, domains: Set[str] | None) -> bool:
    """True if the site proves this address.

    A site with `domains` proves the addresses in these domains, unless it says that an address is unverified. A site
    without `domains` must say that the address is verified.
    """
    if domains is None:
        return claimed in (True, "true")
    return email.rpartition("@")[2] in domains and claimed not in (False, "false")


def _opened(jwt: str, secrets: Mapping[str, Sequence[bytes]]) -> tuple[str, bytes]:
    """The `kid` and the payload of a JWT. Raises IdentityRefused if the header or the signature is not valid."""
    kid = _kid_of(jwt, secrets)
    for secret in secrets[kid]:
        try:
            return kid, jws.deserialize_compact(jwt, OctKey.import_key(secret), algorithms=["HS256"]).payload
        except BadSignatureError:
            continue
        except (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise _refused(str(error)) from None
    raise _refused("its signature does not match the secret that this desk shares with the site", "signature")


def _kid_of(jwt: str, secrets: Mapping[str, Sequence[bytes]]) -> str:
    header = _header_of(jwt)
    kid = header.kid
    if isinstance(kid, msgspec.UnsetType):
        kid = next(iter(secrets)) if len(secrets) == 1 else ""
    if kid not in secrets:
        raise _refused("its `kid` names no secret of this desk", "secret")
    return kid


def _header_of(jwt: str) -> _Header:
    first, *others = jwt.split(".")
    if len(others) != 2:
        raise _refused("it is not a JWT with three parts")
    try:
        return msgspec.json.decode(urlsafe_b64decode(first + "=" * (-len(first) % 4)), type=_Header)
    except (msgspec.DecodeError, binascii.Error, ValueError, RecursionError) as error:
        raise _refused(f"its header must have `alg` HS256 and may only add `kid` and `typ`: {error}") from None


def _check_audience(aud: str | list[str], audience: str) -> None:
    named = [aud] if isinstance(aud, str) else aud
    if audience not in (one.lower().rstrip("/") for one in named):
        said = ", ".join(named)[:AUD_SHOWN]
        raise _refused(f"its `aud` must be this desk, {audience}, and is {said!r}", "audience")


def _check_times(claims: _Claims, now_s: float) -> None:
    if claims.exp <= now_s:
        raise _refused("it has expired; sign a new one for each page, or pass a function", "expired")
    if claims.exp > now_s + VALID_S + LEEWAY_S or claims.exp > claims.iat + VALID_S + LEEWAY_S:
        raise _refused(f"its `exp` is more than {VALID_S // 60} minutes ahead", "clock")
    if max(claims.iat, claims.nbf) > now_s + LEEWAY_S:
        raise _refused("it is from the future: check the clocks of the site and of this desk", "clock")


def _checked_sub(sub: str) -> str:
    if not sub.isprintable() or not sub.strip():
        raise _refused(f"its `sub` is not 1 to {SUB_MAX} printable characters")
    return sub


def _checked_email(email: str | None) -> str | None:
    if email is None:
        return None
    if not is_email(normal_email(email)):
        raise _refused("its `email` is not an email address")
    return normal_email(email)


def _checked_name(name: str | None) -> str | None:
    called = " ".join(name.split()) if name is not None else ""
    if not called.isprintable() or len(called) > NAME_MAX or fault_of_line(called):
        raise _refused(f"its `name` is not up to {NAME_MAX} printable characters")
    return called or None


def _refused(reason: str, fault: Fault = "form") -> IdentityRefused:
    return IdentityRefused(fault, reason)
