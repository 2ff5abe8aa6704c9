# python identity.py KID: reads {"desk", "secret", "user": {"id", "email", "name"}} and prints a signed identity.
import base64
import hashlib
import hmac
import json
import sys
import time
import uuid


def identity_of(user: dict[str, str], desk: str, secret: str, kid: str | None = None) -> str:
    now = int(time.time())
    header = {"alg": "HS256", "typ": "JWT"} | ({"kid": kid} if kid else {})
    claims = {
        "aud": desk,
        "sub": user["id"],
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
        "email": user["email"],
        "email_verified": True,
        "name": user["name"],
    }
    signed = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}"
    return f"{signed}.{_part(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256))}"


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


if __name__ == "__main__":
    given = json.load(sys.stdin)
    kid = sys.argv[1] if len(sys.argv) > 1 else None
    sys.stdout.write(identity_of(given["user"], given["desk"], given["secret"], kid))
