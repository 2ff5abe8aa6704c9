from __future__ import annotations

from packaging.version import Version

from scripts.sbom import COPIED, ROOT, Bill, components, incomplete, of_npm, of_python, pinned

ONE, TWO = "a" * 64, "b" * 64
REQUIREMENTS = f"""\
# A file of requirements.
click==8.3.0 \\
    --hash=sha256:{ONE} \\
    --hash=sha256:{TWO}
tomli==1.30 ; python_full_version < '3.12' \\
    --hash=sha256:{ONE}
tomli==2.2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:{TWO}
pwdlib[argon2]==0.3 --hash=sha256:{ONE}
"""


def test_pinned_gives_hashes_by_package_and_version() -> None:
    sums = pinned(REQUIREMENTS)
    assert sums == {
        "click": {Version("8.3.0"): [ONE, TWO]},
        "tomli": {Version("1.30"): [ONE], Version("2.2"): [TWO]},
        "pwdlib": {Version("0.3"): [ONE]},
    }


def test_shipped_python_packages_are_required_and_gaps_are_reported() -> None:
    """Names are compared in normalized form. A gap is a component without a hash or a licence."""
    mit = [{"license": {"id": "MIT"}}]
    bill: Bill = {
        "components": [
            {"name": "Click", "version": "8.3", "licenses": mit},
            {"name": "tomli", "version": "2.2", "licenses": mit},
            {"name": "odd", "version": "1", "licenses": []},
        ]
    }
    of_python(bill, {"click"}, pinned(REQUIREMENTS))
    assert [one["scope"] for one in components(bill)] == ["required", "optional", "optional"]
    assert components(bill)[0]["hashes"] == [{"alg": "SHA-256", "content": digest} for digest in (ONE, TWO)]
    assert incomplete(bill) == ["odd: no licenses", "odd: no hashes"]


def test_copied_npm_packages_are_marked_as_shipped() -> None:
    """Browsers run the copies. Each copied package is in package-lock.json."""
    bill: Bill = {"components": [{"name": "lit-html", "version": "3"}, {"name": "esbuild", "version": "1"}]}
    of_npm(bill)
    assert [one["scope"] for one in components(bill)] == ["required", "optional"]
    lock = (ROOT / "package-lock.json").read_text()
    assert [name for name in COPIED if f'"node_modules/{name}"' not in lock] == []


def test_every_requirement_is_pinned_with_hashes() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / file).read_text()
        sums = pinned(text)
        assert sum(map(len, sums.values())) == text.count("==") - text.count(" == ")
        assert all(digests for versions in sums.values() for digests in versions.values())
        assert "pip" in sums
