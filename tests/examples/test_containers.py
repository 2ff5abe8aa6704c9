"""`examples/containers/`: checked by the parser of Docker Compose and by Caddy. No image is built."""

from __future__ import annotations

import json
import os
import re
from subprocess import PIPE, STDOUT, run

from server.settings import Settings
from tests.running import ROOT, Frame

EXAMPLES = ROOT / "examples" / "containers"
GIVEN = {"SECRET": "s" * 32, "DATABASE_PASSWORD": "p" * 16, "HOST": "support.example.com"}


def checked(*command: str, **variables: str) -> tuple[int, str]:
    env = {**os.environ, **variables}
    ended = run(command, cwd=EXAMPLES, env=env, stdout=PIPE, stderr=STDOUT, text=True, timeout=60)
    return ended.returncode, ended.stdout


def composed() -> Frame:
    status, printed = checked("docker-compose", "config", "--format", "json", **GIVEN)
    assert status == 0, printed
    found: Frame = json.loads(printed)
    return found


def test_compose_file_without_secrets_names_what_is_missing() -> None:
    status, printed = checked("docker-compose", "config", "--quiet")
    assert status != 0 and "make .env first" in printed


def test_compose_file_publishes_only_the_proxy() -> None:
    services = composed()["services"]
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published.keys() == {"proxy", "mail"}
    assert [port["host_ip"] for port in published["mail"]] == ["127.0.0.1"]


def test_settings_of_the_compose_file_are_settings_of_the_program() -> None:
    services = composed()["services"]
    known = {f"SWITCHBOARD_{name.upper()}" for name in Settings.model_fields}
    for name in ("desk", "migrate"):
        given = services[name]["environment"]
        assert given.keys() <= known, given.keys() - known
        assert given["SWITCHBOARD_BASE_URL"] == "https://support.example.com"
    proxy = services["proxy"]["networks"]["default"]["ipv4_address"]
    assert services["desk"]["environment"]["SWITCHBOARD_TRUSTED_PROXIES"] == proxy


def test_caddyfile_is_valid() -> None:
    status, printed = checked(
        "caddy", "adapt", "--adapter", "caddyfile", "--config", "Caddyfile", "--validate", **GIVEN
    )
    assert status == 0, printed


def test_files_that_the_image_is_made_of_exist_and_are_not_ignored() -> None:
    text = (EXAMPLES / "Containerfile").read_text(encoding="utf-8")
    ignored = set((EXAMPLES / "Containerfile.dockerignore").read_text(encoding="utf-8").split("\n"))
    copied = re.findall(r"^COPY (?:--chown=\S+ )?([\w.]+) \S+$", text, re.MULTILINE)
    assert set(copied) >= {"requirements.txt", "hours.yaml"}
    assert all((ROOT / name).exists() and name not in ignored for name in copied)
