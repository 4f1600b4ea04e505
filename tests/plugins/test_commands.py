"""The real commands of detect-secrets, with our plugin."""

from __future__ import annotations

import base64
import json
import os
import pty
import select
import subprocess
from typing import TYPE_CHECKING

import pytest

from intercom_scan.api import Request, scan
from intercom_scan.rules import RULES
from tests.plugins.running import (
    DETECT_SECRETS,
    HOOK,
    OURS,
    PLUGIN,
    RULE,
    TITLES,
    WITH_OURS,
    Ran,
    entries,
    example,
    repository,
    run,
    sample,
)
from tests.verify.fake import Reply, error, intercom

if TYPE_CHECKING:
    from pathlib import Path

CLIENT = "intercom-client-secret"


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    """Every kind on a line, over lines, encoded; and secrets of others."""
    encoded = base64.b64encode(f"INTERCOM_ACCESS_TOKEN={sample('intercom-access-token')}".encode())
    return repository(
        tmp_path_factory.mktemp("ground") / "repository",
        {
            "all.txt": "".join(example(rule.id)[1] for rule in RULES),
            "client.py": f"client = Intercom(token='{sample('intercom-access-token')}')\n",
            "conf/app.yml": f"intercom:\n  id: x\n  client_secret: {sample(CLIENT)}\n",
            "data.txt": f"env: {encoded.decode()}\n",
            "mixed.env": f"SALT={sample('intercom-api-key')}\n{example(CLIENT)[1]}",
            "other.py": f"password = '{sample('intercom-api-key')}'\n",
        },
    )


@pytest.fixture(scope="module")
def scanned(ground) -> Ran:
    ran = run(DETECT_SECRETS, "scan", "-p", PLUGIN, cwd=ground)
    assert ran.code == 0
    return ran


def test_scan(ground, scanned):
    baseline = scanned.baseline
    ours = {plugin["name"]: plugin for plugin in baseline["plugins_used"]}
    assert set(OURS) <= set(ours)
    assert {kind for _, kind, _ in entries(baseline) if kind in TITLES} == TITLES
    found = {name for name, kind, _ in entries(baseline) if kind in TITLES}
    assert found == {"all.txt", "client.py", "conf/app.yml", "data.txt", "mixed.env"}
    others = {(name, kind) for name, kind, _ in entries(baseline) if kind not in TITLES}
    assert ("mixed.env", "Hex High Entropy String") in others
    assert ("other.py", "Secret Keyword") in others


def test_its_baseline_is_ours(ground, scanned):
    """By the hash of each value as it is written, or of its canonical form."""
    file = ground / ".secrets.baseline"
    assert scan(Request("files", (ground,))).findings
    file.write_text(scanned.out)
    try:
        result = scan(Request("files", (ground,), baseline=file.name))
    finally:
        file.unlink()
    secrets = [finding for finding in result.findings if finding.rule in RULES]
    assert len(secrets) > len(RULES)
    assert {finding.status for finding in secrets} == {"baseline"}


def test_scan_of_a_string(ground):
    value, line = example(CLIENT)
    ran = run(DETECT_SECRETS, "scan", "-p", PLUGIN, "--string", line.strip(), cwd=ground)
    verdicts = dict(row.split(":", 1) for row in ran.out.splitlines())
    says = {name.strip(): verdict.strip() for name, verdict in verdicts.items()}
    assert says["IntercomClientSecretDetector"] == "True  (unverified)"
    assert {says[name] for name in OURS if name != "IntercomClientSecretDetector"} == {"False"}
    assert value not in ran.out


@pytest.mark.parametrize("options", [["--no-verify"], []], ids=["told", "silent"])
def test_a_scan_asks_nobody(ground, options):
    with intercom() as fake:
        ran = run(
            DETECT_SECRETS, "scan", "-p", PLUGIN, *options, "all.txt", cwd=ground,
            INTERCOM_SCAN_API_BASE=fake.base,
        )  # fmt: skip
    assert {kind for _, kind, _ in entries(ran.baseline)} >= TITLES
    assert fake.asked == []


@pytest.mark.parametrize(
    ("status", "code", "kept"),
    [(200, None, True), (403, "forbidden", True), (401, "token_revoked", False), (500, "", False)],
)
def test_only_what_is_verified(ground, status, code, kept):
    """Of our kinds only the access token can be; each is asked about once."""
    reply = Reply(status, error(code) if code is not None else None)
    with intercom(reply) as fake:
        ran = run(
            DETECT_SECRETS, "scan", "-p", PLUGIN, "--only-verified", "all.txt", cwd=ground,
            INTERCOM_SCAN_API_BASE=fake.base, NO_PROXY="*",
        )  # fmt: skip
    ours = {kind for _, kind, _ in entries(ran.baseline)} & TITLES
    assert ours == ({RULE["intercom-access-token"].title} if kept else set())
    verified = [one["is_verified"] for each in ran.baseline["results"].values() for one in each]
    assert verified == [True] * kept
    assert len(fake.tokens) == len(set(fake.tokens)) == 1


def test_update_keeps_everything(ground, tmp_path):
    """A baseline from before the plugin, with labels: all entries stay, ours come to them."""
    file = tmp_path / ".secrets.baseline"
    old = run(DETECT_SECRETS, "scan", cwd=ground).baseline
    assert len(entries(old)) > 3
    old["results"]["other.py"][0]["is_secret"] = False
    file.write_text(json.dumps(old))
    assert run(DETECT_SECRETS, "scan", "--baseline", file, cwd=ground).code == 0
    assert entries(json.loads(file.read_text())) == entries(old)
    assert run(DETECT_SECRETS, "scan", "-p", PLUGIN, "--baseline", file, cwd=ground).code == 0
    new = json.loads(file.read_text())
    assert entries(new) > entries(old)
    assert {kind for _, kind, _ in entries(new) - entries(old)} == TITLES
    assert new["results"]["other.py"][0]["is_secret"] is False
    assert [one for one in old["filters_used"] if one not in new["filters_used"]] == []
    assert run(DETECT_SECRETS, "scan", "--baseline", file, cwd=ground).code == 0
    assert entries(json.loads(file.read_text())) == entries(new)


def test_stock_hook(ground, scanned, tmp_path):
    ran = run(HOOK, "-p", PLUGIN, "client.py", cwd=ground)
    assert (ran.code, "Secret Type: Intercom Access Token" in ran.out) == (1, True)
    file = tmp_path / ".secrets.baseline"
    file.write_text(scanned.out)
    names = ["all.txt", "client.py", "conf/app.yml", "data.txt", "mixed.env", "other.py"]
    ran = run(HOOK, "--baseline", file, *names, cwd=ground)
    assert (ran.code, ran.out) == (0, "")


def test_only_allowlisted(tmp_path):
    line = example(CLIENT)[1].strip()
    ground = repository(tmp_path / "r", {"a.py": f"{line}  # pragma: allowlist secret\n"})
    assert run(DETECT_SECRETS, "scan", "-p", PLUGIN, cwd=ground).baseline["results"] == {}
    ran = run(DETECT_SECRETS, "scan", "-p", PLUGIN, "--only-allowlisted", cwd=ground)
    assert {kind for _, kind, _ in entries(ran.baseline)} == {RULE[CLIENT].title}


def test_a_detector_is_switched_off(ground, scanned, tmp_path):
    """detect-secrets itself refuses names that it learns from a file; its baseline decides."""
    off = ("--disable-plugin", "IntercomClientSecretDetector", "mixed.env")
    ran = run(DETECT_SECRETS, "scan", "-p", PLUGIN, *off, cwd=ground)
    assert (ran.code, "Invalid plugin classname" in ran.err) == (2, True)
    ran = run(WITH_OURS, "scan", *off, cwd=ground)
    assert {kind for _, kind, _ in entries(ran.baseline)} == {"Hex High Entropy String"}
    baseline = scanned.baseline
    used = baseline["plugins_used"]
    baseline["plugins_used"] = [one for one in used if one["name"] != off[1]]
    file = tmp_path / ".secrets.baseline"
    file.write_text(json.dumps(baseline))
    run(DETECT_SECRETS, "scan", "--baseline", file, cwd=ground)
    kinds = {kind for _, kind, _ in entries(json.loads(file.read_text()))}
    assert kinds & TITLES == TITLES - {RULE[CLIENT].title}


# --- audit


@pytest.fixture
def audited(tmp_path) -> Path:
    value, line = example(CLIENT)
    encoded = base64.b64encode(example("intercom-access-token")[1].encode()).decode()
    ground = repository(
        tmp_path / "r",
        {
            "a.txt": f"a line\n{line}",
            "b.txt": f"blob: {encoded}\n",
            "c.env": f"SALT={sample('intercom-api-key')}\n{line}",
        },
    )
    ran = run(DETECT_SECRETS, "scan", "-p", PLUGIN, cwd=ground)
    (ground / ".secrets.baseline").write_text(ran.out)
    (ground / "value").write_text(value)
    (ground / "encoded").write_text(encoded)
    return ground


def on_a_terminal(program, answers: str, cwd: Path) -> tuple[int, str]:
    """Run on a pseudo-terminal on which somebody types; exit code and all that it showed."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        program, cwd=cwd, stdin=side, stdout=side, stderr=side, env={**os.environ, "TERM": "xterm"}
    )
    os.close(side)
    shown, asked = "", 0
    while select.select([main], [], [], 60)[0]:
        try:
            data = os.read(main, 4096)
        except OSError:  # Linux: the other side is closed
            break
        shown += data.decode("utf-8", "replace")
        while shown.count("(q)uit: ") > asked:
            os.write(main, f"{answers[asked]}\n".encode())
            asked += 1
    os.close(main)
    return process.wait(), shown


def test_audit_on_a_terminal(audited):
    """Every secret is found again, highlighted (encoded as it stands), and gets its label."""
    file = audited / ".secrets.baseline"
    before = json.loads(file.read_text())
    count = len(entries(before))
    program = [*WITH_OURS, "audit", file.name]
    code, shown = on_a_terminal(program, ("ny" * count)[:count], audited)
    assert code == 0
    assert "not found" not in shown
    assert shown.count("Secret Type:") == count
    red = "\x1b[41m"
    assert f"{red}{(audited / 'value').read_text()}" in shown
    assert f"{red}{(audited / 'encoded').read_text()[:40]}" in shown
    labels = [
        entry["is_secret"]
        for _, found in sorted(json.loads(file.read_text())["results"].items())
        for entry in found
    ]
    assert labels == [True, False, True, False, True][:count]
    stats = json.loads(run(WITH_OURS, "audit", "--stats", "--json", file.name, cwd=audited).out)
    raw = stats["IntercomClientSecretDetector"]["stats"]["raw"]
    assert raw["true-positives"] + raw["false-positives"] == 2


def test_audit_report(audited):
    ran = run(WITH_OURS, "audit", "--report", ".secrets.baseline", cwd=audited)
    found = {(row["filename"], kind) for row in ran.baseline["results"] for kind in row["types"]}
    baseline = json.loads((audited / ".secrets.baseline").read_text())
    assert found == {(name, kind) for name, kind, _ in entries(baseline)}
    values = {row["secrets"] for row in ran.baseline["results"] if row["filename"] == "a.txt"}
    assert (audited / "value").read_text() in values


def test_audit_of_detect_secrets_itself_does_not_know_plugins(audited):
    """https://github.com/Yelp/detect-secrets/issues/611; once it does, the page is out of date."""
    for option in ("--report", "--stats"):
        done = subprocess.run(
            [*DETECT_SECRETS, "audit", option, ".secrets.baseline"],
            cwd=audited, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "KeyError: 'Intercom" in done.stderr


def test_help_without_arguments(tmp_path):
    ran = run(WITH_OURS, cwd=tmp_path)
    assert (ran.code, "{scan,audit}" in ran.out) == (0, True)
