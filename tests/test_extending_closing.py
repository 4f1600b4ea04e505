"""What closes a leak grows by a row or a module: done in a copy of the tree, with made-up ones."""

from __future__ import annotations

import hmac
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from intercom_scan.fakes.ground import Ground
from intercom_scan.rules import by_id
from tests.test_extending import add_named_kind, python, scanner, tree
from tests.verify.fake import LIMITS, Reply, intercom, refusal

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["tree"]  # a fixture of the other page

TOKEN = by_id("intercom-access-token")
CODE = "intercom_scan"


def put(tree: Path, module: str, before: str, row: str) -> None:
    """Add a row to a table, in front of what stands there once."""
    file = tree / "src" / CODE / module
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, row + before), encoding="utf-8")


def started(
    tree: Path, place: Path, *arguments: str, given: bytes = b"", env: dict[str, str] | None = None
) -> str:
    """What a command prints that does what it should."""
    ours = os.environ | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", CODE, *arguments], cwd=place, env=ours | (env or {}), input=given,
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert b"error" not in done.stderr
    return done.stdout.decode()


# --- a new kind of credential


def test_a_new_kind_is_rotated_and_purged(tree: Path) -> None:
    """Nothing says so but its rule."""
    add_named_kind(tree, ("kiosk_code", "kiosk_key"))
    ground = Ground(tree.parent / "place")
    sample = "from intercom_scan.rules import kiosk_key as k; print(k.sample().decode())"
    key = python(tree, "-c", sample).stdout.strip()
    name = "INTERCOM_KIOSK_KEY"
    ground.commit_file("app.env", f"{name}={key}\n".encode())

    plan = started(tree, ground.path, "rotation", "plan", "--store", "github")
    assert "Press the red button." in plan
    assert f"rotation record --stdin --name {name}" in plan
    done = started(tree, ground.path, "rotation", "record", "--env", name, env={name: key})
    assert done.startswith(f"{name} (default): intercom-kiosk-key, in use since ")
    assert "clean" in started(
        tree, ground.path, "rotation", "check", "--env", name, env={name: key}
    )
    states = json.loads(started(tree, ground.path, "--all-history", "--verify", "--format", "json"))
    assert states["findings"][0]["verification"]["state"] == "unknown"

    started(tree, ground.path, "purge", "--all", "--output", "../purged")
    assert "clean" in started(tree, tree.parent / "purged" / "repository.git", "--all-history")


# --- a new store for the plan

STORE = """
    "drawer": Store(
        "The drawer", "drawer put {name}", place="desk", in_place=" --desk {place}",
        reference="https://example.com/drawer",
    ),
"""


def test_a_new_store_is_a_row(tree: Path) -> None:
    put(tree, "rotation/stores.py", '    "kubernetes": Store(', STORE.lstrip("\n"))
    plan = ("rotation", "plan", "--rule", TOKEN.id)
    lines = started(tree, tree.parent, *plan, "--store", "drawer:mine").splitlines()
    assert "     with_value drawer put INTERCOM_ACCESS_TOKEN --desk mine" in lines
    assert "   The drawer:" in started(tree, tree.parent, *plan).splitlines()
    assert "drawer" in scanner(tree, "rotation", "plan", "--help")


# --- a new scope

SCOPE = 'Scope("Read kiosks", "where each kiosk stands", "/kiosks?per_page=1"),\n    '
REQUEST = '("kiosks", "read-kiosks", None),\n    '


def test_a_new_scope_is_two_rows_of_one_module(tree: Path) -> None:
    put(tree, "scopes/table.py", 'Scope("Read status of jobs"', SCOPE)
    put(tree, "scopes/table.py", '("jobs/status", ', REQUEST)
    place = tree.parent / "place"
    place.mkdir()
    (place / ".intercom-scan.yaml").write_text("scopes: {production: [read-kiosks]}\n")
    (place / "a.py").write_text('get("https://api.intercom.io/kiosks/1")\n')
    with intercom(refusal("forbidden"), paths={"/kiosks": Reply(headers=LIMITS)}) as fake:
        report = started(
            tree, place, "scopes", "--env", "T", "--api-base", fake.base, "--format", "json",
            env={"T": TOKEN.sample().decode()},
        )  # fmt: skip
    asked = [path for path, _ in fake.asked]
    assert "/kiosks?per_page=1" in asked
    known = {each["scope"]: each for each in json.loads(report)["permissions"]}
    assert known["read-kiosks"]["answer"] == "granted"
    assert known["read-kiosks"]["allowed"] is True
    assert len(known["read-kiosks"]["calls"]) == 1


# --- a new archive that a purge puts together again

ARCHIVE = '''"""Unix archives with one member (.a): https://en.wikipedia.org/wiki/Ar_(Unix)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = 68  # bytes, the mark at the beginning with them


def rewrite(
    data: bytes, clean: Callable[[bytes, bytes], bytes], clean_name: Callable[[bytes], bytes]
) -> bytes:
    name = data[8:24]
    return data[:8] + clean_name(name) + data[24:HEAD] + clean(data[HEAD:], name.rstrip())
'''
PURGED = """
import sys
from intercom_scan.detector import Detector
from intercom_scan.purge.rewriting import Cleaner
token, data = (bytes.fromhex(text) for text in sys.argv[1:])
done = Cleaner([token], Detector()).clean(data, b"lib.a")
print(done.data.hex(), *done.ways)
"""


def test_a_new_archive_is_a_module_and_its_row(tree: Path) -> None:
    module = tree / "src" / CODE / "purge" / "ar.py"
    module.write_text(ARCHIVE, encoding="utf-8")
    put(tree, "purge/rewriting.py", '    "zip": zips.rewrite,\n', '    "ar": ar.rewrite,\n')
    put(tree, "purge/rewriting.py", "compressed, tars, zips\n", "ar, ")
    token = TOKEN.sample()
    body = b"TOKEN=" + token
    data = b"!<arch>\n%-16s%-32s%-10d`\n%s" % (b"a.txt", b"0", len(body), body)
    done = python(tree, "-c", PURGED, token.hex(), data.hex())
    assert done.returncode == 0, done.stderr
    text, *ways = done.stdout.split(" ", 1)
    new = bytes.fromhex(text)
    assert (new[:74], len(new)) == (data[:74], len(data))
    assert new[74:].startswith(b"REDACTED")
    assert ways == ["ar\n"]


# --- a new reason of a signature that does not match

REASON = '    "body-backwards": "The body is written backwards.",\n'
TRIED = '    yield "body-backwards", body[::-1]\n'


def test_a_new_reason_is_its_words_and_what_tries_it(tree: Path) -> None:
    put(tree, "signatures/reasons.py", '    "body-empty": ', REASON)
    put(tree, "signatures/bodies.py", '    yield "body-bom", ', TRIED)
    body, secret = b'{"type":"ping"}', "kept"
    header = "sha1=" + hmac.new(secret.encode(), body, "sha1").hexdigest()
    arguments = ("check-signature", "--secret-env", "S", "--header", header)
    said = started(tree, tree, *arguments, given=body[::-1], env={"S": secret})
    assert "wrong, for certain because of this" in said
    assert "The body is written backwards. [body-backwards]" in said


# --- a new command whose action is written down

COMMAND = '''"""`intercom-scan polish`: makes all shine."""

from __future__ import annotations

import click

from intercom_scan.cli.audited import audited, note


@click.command("polish")
@click.option("--kiosk", help="Which one.")
@audited("polish", lambda given: given["kiosk"])
def polish_command(kiosk: str | None) -> int:
    """Make all shine."""
    note(shine=7)
    return 0
'''


def test_a_new_action_is_a_line_of_its_command(tree: Path) -> None:
    (tree / "src" / CODE / "cli" / "polish.py").write_text(COMMAND, encoding="utf-8")
    put(tree, "cli/group.py", '"purge": ("purge", ', '"polish": ("polish", "polish_command"),\n')
    log = tree.parent / "audit.log"
    started(tree, tree, "polish", "--kiosk", "seven", "--audit-log", str(log))
    begin, end = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    assert [line["action"] for line in (begin, end)] == ["polish"] * 2
    assert (begin["resource"], end["result"], end["metadata"]["shine"]) == ("seven", "success", 7)
    assert "as it was written" in scanner(tree, "audit-log", "verify", str(log))
