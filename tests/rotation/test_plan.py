"""`intercom-scan rotation plan`, and that its lines do what they say."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.errors import UsageError
from intercom_scan.fakes.ground import Ground
from intercom_scan.rotation import plan, stores
from intercom_scan.rotation.steps import TITLES, way
from intercom_scan.rules import RULES, by_id
from tests.integration.running import command, one_line
from tests.test_promises import TOKEN

ROOT = Path(__file__).parents[2]
CLIENT = by_id("intercom-client-secret")
NAME, PLACE, ENVIRONMENT = "A name's $(id)`id`\"!", "a place; id", "an envir*nment & more"

# --- every line that stores a value, as a shell runs it

RECORDER = """#!/usr/bin/env python3
import json, os, sys
given = "" if sys.stdin.isatty() else sys.stdin.buffer.read().decode()
with open(os.environ["KEPT"], "a") as out:
    out.write(json.dumps([sys.argv, given, dict(os.environ)]) + "\\n")
sys.stdout.write(given)
"""
TOOLS = ("intercom-scan", *(store.command.split()[0] for store in stores.STORES.values()))


@pytest.fixture
def shell(tmp_path):
    """Runs a line as somebody who pastes it and types a value at a terminal would."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).write_text(RECORDER)
        (folder / tool).chmod(0o755)
    kept = tmp_path / "kept"

    def run(line, typed, *options):
        env = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "KEPT": str(kept)}
        env |= {"v": "an exported variable of that name"}
        ours, theirs = pty.openpty()
        os.write(ours, typed.encode() + b"\n")
        done = subprocess.run(
            ["bash", *options, "-c", line], stdin=theirs, env=env, capture_output=True,
            text=True, timeout=30, check=False, cwd=tmp_path,
        )  # fmt: skip
        os.close(ours)
        os.close(theirs)
        calls = (
            [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
        )
        kept.unlink(missing_ok=True)
        return done, calls

    return run


def pasted(command):
    return f"{stores.FUNCTION}\n{stores.with_value(command)}"


def targets(place=None):
    return {name: stores.Target(store, place) for name, store in stores.STORES.items()}


@pytest.mark.parametrize("options", [(), ("-x",), ("-a",)], ids=["plain", "traced", "exporting"])
@pytest.mark.parametrize("name", stores.STORES)
def test_a_value_reaches_its_store_by_standard_input_alone(name, options, shell):
    value = TOKEN.sample().decode()
    line = pasted(targets()[name].command("INTERCOM_TOKEN", None))
    done, calls = shell(line, value, *options)
    assert done.returncode == 0, done.stderr
    assert len(calls) == 1 + ("kubectl" in line)
    for argv, stdin, env in calls:
        assert stdin == value
        assert value not in " ".join(argv)
        assert value not in " ".join(env.values())
    assert value not in done.stderr
    assert value not in line


ARGUMENTS = {
    "aws": ["secretsmanager", "put-secret-value", "--secret-id", NAME, "--secret-string",
            "file:///dev/stdin", "--region", PLACE],
    "gcp": ["secrets", "versions", "add", NAME, "--data-file=-", f"--project={PLACE}"],
    "vault": ["kv", "patch", PLACE, f"{NAME}=-"],
    "azure": ["keyvault", "secret", "set", "--vault-name", PLACE, "--name", NAME, "--file",
              "/dev/stdin", "--output", "none"],
    "github": ["secret", "set", NAME, "--repo", PLACE, "--env", ENVIRONMENT],
    "gitlab": ["variable", "update", NAME, "--masked", "--repo", PLACE, "--scope", ENVIRONMENT],
    "kubernetes": ["create", "secret", "generic", PLACE, f"--from-file={NAME}=/dev/stdin",
                   "--dry-run=client", "-o", "yaml"],
}  # fmt: skip


@pytest.mark.parametrize("name", stores.STORES)
def test_words_reach_a_tool_as_they_are(name, shell):
    """Whatever a shell makes of them."""
    line = pasted(targets(PLACE)[name].command(NAME, ENVIRONMENT))
    _done, calls = shell(line, "s3cret")
    assert calls[0][0][1:] == ARGUMENTS[name]
    if name == "kubernetes":
        assert calls[1][0][1:] == [
            "apply", "--server-side", "--force-conflicts", "--field-manager=intercom-scan",
            "-f", "-",
        ]  # fmt: skip


@pytest.mark.parametrize("typed", ["", "\x04"], ids=["nothing", "the-end"])
@pytest.mark.parametrize("name", stores.STORES)
def test_no_value_is_not_stored(name, typed, shell):
    done, calls = shell(pasted(targets()[name].command("TOKEN", None)), typed)
    assert done.returncode == (0 if name == "kubernetes" else 1)
    # kubectl, which reads what the other one makes, has nothing to apply.
    assert [(argv[1], stdin) for argv, stdin, _ in calls] == [("apply", "")] * (
        name == "kubernetes"
    )


@pytest.mark.parametrize("value", ["back\\slash", " blanks ", "%s%d", "-n", "$HOME", "a'b\"c", "é"])
def test_values_stay_whole(value, shell):
    _done, calls = shell(pasted("gh secret set X"), value)
    assert calls[0][1] == value


def test_a_value_in_the_variable_of_one_command(shell):
    _done, calls = shell(stores.in_variable("NEW", "gh check"), "s3cret")
    [(argv, _stdin, env)] = calls
    assert (argv[1:], env["NEW"]) == (["check"], "s3cret")
    assert [key for key, value in env.items() if value == "s3cret"] == ["NEW"]


def test_azure_has_no_underscores():
    assert " --name INTERCOM-TOKEN " in targets()["azure"].command("INTERCOM_TOKEN", None)


@pytest.mark.parametrize("word", ["", "-x", "a=b", "file://x", "a\nb", "a\x1bb"])
def test_words_that_mean_more_to_a_tool(word):
    with pytest.raises(UsageError, match="STORE cannot be"):
        stores.checked(word, "STORE")


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_name_is_one_word(name):
    line = stores.Target(stores.STORES["github"]).command(name, None)
    shown = subprocess.run(
        ["bash", "-c", f"gh() {{ printf '%s\\0' \"$@\"; }}; {line}"],
        capture_output=True,
        check=True,
    ).stdout
    assert shown.split(b"\0")[:-1] == [b"secret", b"set", name.encode()]


# --- the ways


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_kind_has_a_way(rule):
    steps = list(way(rule).steps)
    assert set(steps) <= set(TITLES)
    assert "purge" not in steps or steps[-1] == "purge"
    text = "\n".join(plan.lines([plan.Subject(rule)], plan.Setting(())))
    assert [text.index(f"{n}. {TITLES[s]}\n") for n, s in enumerate(steps, 1)]
    assert all(len(line) <= 100 for line in text.splitlines() if not line.startswith("     "))


def order(rule_id):
    return list(way(by_id(rule_id)).steps)


def test_the_order_is_that_of_the_kind():
    usual = ["create", "store", "verify", "deploy", "revoke", "record", "purge"]
    assert order("intercom-access-token") == usual
    assert order("intercom-identity-secret") == usual
    # Signatures change as it is rotated: both are taken before, and a check needs what is deployed.
    assert order("intercom-client-secret") == [
        "prepare", "create", "store", "deploy", "verify", "revoke", "record", "purge"
    ]  # fmt: skip
    assert order("intercom-user-hash")[0] == "prepare"
    assert order("intercom-api-key") == ["revoke", "purge"]
    assert order("intercom-mobile-sdk-key") == ["deploy"]


def test_a_kind_that_nobody_told_of_goes_by_its_own_words():
    rule = by_id("intercom-credential")
    assert way(rule).steps["create"] == rule.rotation


# --- the command


@pytest.fixture
def token():
    return TOKEN.sample().decode()


@pytest.fixture
def repository(tmp_path, token):
    ground = Ground(tmp_path / "repository")
    ground.commit_file("config/app.env", f"INTERCOM_ACCESS_TOKEN={token}\n".encode())
    ground.git("rm", "--quiet", "config/app.env")
    ground.git("commit", "--quiet", "-m", "Gone")
    return ground


def test_a_plan_of_what_history_has(repository, token):
    done = command("rotation", "plan", cwd=repository.path)
    assert done.code == 0, done.err
    assert "config/app.env:1:23, in a file of commit" in done.out
    titles = [line for line in done.out.splitlines() if line[:1].isdigit()]
    assert titles == [
        "1. Create the new one", "2. Store it", "3. Verify it", "4. Deploy it",
        "5. Revoke the old one", "6. Record the change", "7. Purge the old one from history",
    ]  # fmt: skip
    assert all(f"   {store.title}" in done.out for store in stores.STORES.values())
    [print_] = command("--all-history", "--format", "json", cwd=repository.path).fingerprints
    assert f"intercom-scan purge {print_} --output ../purged" in done.out
    assert token[6:20] not in done.out


def test_options(repository):
    [print_] = command("--all-history", "--format", "json", cwd=repository.path).fingerprints
    done = command(
        "rotation", "plan", print_[:10], "--store", "github:me/it", "--store", "vault:kv/app",
        "--name", "CRM_TOKEN", "--environment", "staging", cwd=repository.path,
    )  # fmt: skip
    assert "gh secret set CRM_TOKEN --repo me/it --env staging\n" in done.out
    assert "vault kv patch kv/app CRM_TOKEN=-\n" in done.out
    assert "git grep -nIFw -e CRM_TOKEN" in done.out
    assert "rotation record --stdin --name CRM_TOKEN --environment staging\n" in done.out
    assert "gcloud" not in done.out


def test_the_name_that_code_reads_is_its_name(repository):
    repository.commit_file("app.py", b'import os\nTOKEN = os.environ["INTERCOM_API_TOKEN"]\n')
    repository.commit_file("b\x1b.py", b'os.environ["INTERCOM_API_TOKEN"]\n')
    done = command("rotation", "plan", "--store", "github", cwd=repository.path)
    assert "with_value gh secret set INTERCOM_API_TOKEN\n" in done.out
    assert "     INTERCOM_API_TOKEN in app.py:2\n" in done.out
    assert "     INTERCOM_API_TOKEN in b\\x1b.py:1\n" in done.out
    repository.commit_file("c.py", b'os.environ["INTERCOM_TOKEN"]; os.environ["INTERCOM_HMAC"]\n')
    done = command("rotation", "plan", "--store", "github", cwd=repository.path)
    assert "with_value gh secret set INTERCOM_ACCESS_TOKEN\n" in done.out
    assert "     INTERCOM_TOKEN in c.py:1\n" in done.out
    assert "INTERCOM_HMAC" not in done.out


def test_more_places_than_are_shown():
    setting = plan.Setting(reads={"INTERCOM_TOKEN": tuple(f"a.py:{n}" for n in range(1, 20))})
    shown = list(plan.step(TOKEN, "deploy", 4, setting, []))
    assert len([line for line in shown if "INTERCOM_TOKEN in" in line]) == 10
    assert "   All of it, other files as well:" in shown


@pytest.mark.parametrize("shown", [(), ("--show-secrets",)], ids=["redacted", "shown"])
def test_a_plan_of_a_report(shown, tmp_path, repository, token):
    repository.commit_file(f"about-{token}.md", b"no secret\n")
    client = CLIENT.sample().decode()
    repository.commit_file("app.env", f"INTERCOM_CLIENT_SECRET={client}\n".encode())
    report = tmp_path / "findings.json"
    command("--all-history", "--format", f"json:{report}", *shown, cwd=repository.path)
    done = command("rotation", "plan", "--from", report, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.out.startswith("Intercom Access Token (intercom-access-token)\n")
    assert "Intercom Client Secret (intercom-client-secret)" in done.out
    assert "app.env:1\n" in done.out
    assert token[6:20] not in done.out
    assert client[:8] not in done.out


def test_a_plan_of_a_kind_alone(tmp_path):
    done = command("rotation", "plan", "--rule", CLIENT.id, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "1. Prepare" in done.out
    assert "check-signature --secret-env INTERCOM_NEW" in done.out
    assert "intercom-scan purge FINGERPRINT" in done.out


def test_nothing_to_rotate(tmp_path):
    done = command("rotation", "plan", cwd=Ground(tmp_path / "clean").path)
    assert (done.code, done.out) == (0, "Nothing to rotate: there are no new findings.\n")


WRONG = {
    "a-rule": (["--rule", "nothing"], "'nothing' is not a kind"),
    "a-store": (["--store", "keychain"], "'keychain' is not a store"),
    "a-place": (["--store", "github:-x"], "the repository of github cannot be '-x'"),
    "a-name": (["--name=--body"], "--name cannot be '--body'"),
    "a-long-name": (["--name", "a b"], "--name: 'a b' is not allowed"),
    "an-environment": (["--environment", "a b"], "--environment: 'a b' is not allowed"),
    "both": (["--rule", CLIENT.id, "12345678"], "give one or the other"),
    "a-fingerprint": (["12345678"], "no credential here has the fingerprint"),
    "a-report": (["--from", "README.md"], "README.md: not a json report"),
    "no-report": (["--from", "nothing.json"], "nothing.json: cannot be read"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_one_line(case, repository):
    arguments, words = WRONG[case]
    one_line(command("rotation", "plan", *arguments, cwd=repository.path), 2, words)


@pytest.mark.parametrize("text", ["[]", "{}", '{"findings": [1]}', "[" * 100_000, ""])
def test_a_report_that_is_none(text, tmp_path):
    (tmp_path / "f.json").write_text(text)
    done = command("rotation", "plan", "--from", "f.json", cwd=tmp_path)
    one_line(done, 2, "not a json report")


def test_a_terminal_of_few_characters(repository):
    repository.commit_file("\u0436.env", f"INTERCOM_TOKEN={TOKEN.sample().decode()}".encode())
    done = command("rotation", "plan", cwd=repository.path, env={"PYTHONIOENCODING": "cp1252"})
    assert done.code == 0
    assert "\\u0436.env" in done.out


def test_names_out_of_a_repository_move_no_cursor(repository, token):
    repository.commit_file(
        "a\x1b[2Jb\n::x.env", f"INTERCOM_TOKEN={TOKEN.sample().decode()}".encode()
    )
    done = command("rotation", "plan", cwd=repository.path)
    assert "a\\x1b[2Jb\\n::x.env" in done.out
    assert "\x1b" not in done.out


# --- the page


def test_the_page_has_all_stores():
    page = (ROOT / "docs" / "rotation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (\w+)(?: \(`([^`]+)`\))? \|$", page, re.MULTILINE)
    assert rows == [
        (name, store.title, store.place, store.default or "")
        for name, store in stores.STORES.items()
    ]
