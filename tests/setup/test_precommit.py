"""`.pre-commit-config.yaml`: what is put where, what is refused, and that all else stays."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from intercom_scan.errors import ConfigError
from intercom_scan.setup.precommit import FILE, HOOKS, REV, TYPES, TYPES_KEY, URL, merge

ROOT = Path(__file__).parents[2]
TYPES_LINE = f"{TYPES_KEY}: [{', '.join(TYPES)}]\n"
FLOW_ENTRY = f"{{repo: {URL}, rev: {REV}, hooks: [{', '.join(f'{{id: {h}}}' for h in HOOKS)}]}}"
JSON_ENTRY = json.dumps({"repo": URL, "rev": REV, "hooks": [{"id": hook} for hook in HOOKS]})


def entry(dash: int = 2, gap: int = 2, nest: int = 2, hooks: tuple[str, ...] = HOOKS) -> str:
    """Our entry as a block."""
    inside = " " * (dash + gap)
    lead = " " * dash + "-" + " " * (gap - 1)
    hook = inside + " " * nest + "-" + " " * (gap - 1)
    ids = "".join(f"{hook}id: {name}\n" for name in hooks)
    return f"{lead}repo: {URL}\n{inside}rev: {REV}\n{inside}hooks:\n{ids}"


# What is there, with `@T` where the key for the types is put in and `@E` where the entry is. Both
# vanish from what is there.
HANDLED = {
    "nothing but a comment": ("# ours\n@T@E", {"@E": "repos:\n" + entry()}),
    "nothing at all": ("@T@E", {"@E": "repos:\n" + entry()}),
    "the start of a document": ("---\n@T@E", {"@E": "repos:\n" + entry()}),
    "dashes under the key": (
        "@Trepos:\n- repo: a\n  rev: v1.0\n  hooks:\n  - id: x\n@E",
        {"@E": entry(0, 2, 0)},
    ),
    "wide dashes": (
        "@Trepos:\n-   repo: a\n    rev: v1.0\n    hooks:\n    -   id: x\n@E",
        {"@E": entry(0, 4, 0)},
    ),
    "deep dashes": (
        "@Trepos:\n    - repo: a\n      rev: v1.0\n      hooks:\n        - id: x\n@E",
        {"@E": entry(4)},
    ),
    "comments of the last entry stay with it": (
        "# see\n@Trepos: # all\n  - repo: a # \ttab\n    rev: v1.0\n    hooks:\n"
        "      - id: x # why\n        # args: [y]\n\n      # - id: z\n@E\n# of ci\n"
        "ci:\n  skip: []\n",
        {"@E": entry()},
    ),
    "an empty line between entries": (
        "@Trepos:\n  - repo: a\n    rev: v1.0\n    hooks: [{id: x}]\n\n"
        "  - repo: b\n    rev: v1.0\n    hooks: [{id: y}]\n@E",
        {"@E": "\n" + entry()},
    ),
    "an empty list": (
        "@Trepos: [@E] # none yet\nfail_fast: true\n",
        {"@E": FLOW_ENTRY},
    ),
    "an empty key": (
        "@Trepos: # none yet\n  # - repo: z\n@E\nfail_fast: true\n",
        {"@E": entry()},
    ),
    "no repos": ("@Tfail_fast: true # early\n@E", {"@E": "repos:\n" + entry()}),
    "brackets on one line": (
        "@Trepos: [{repo: a, rev: v1.0, hooks: [{id: x}]}@E]\n",
        {"@E": ", " + FLOW_ENTRY},
    ),
    "brackets on one line with a comma": (
        "@Trepos: [{repo: a, rev: v1.0, hooks: [{id: x}]},@E ]\n",
        {"@E": " " + FLOW_ENTRY},
    ),
    "brackets over lines": (
        "@Trepos: [\n  {repo: a, rev: v1.0, hooks: [{id: x}]}@C # one, or\n@E]\n",
        {"@C": ",", "@E": f"  {FLOW_ENTRY}\n"},
    ),
    "brackets over lines with a comma": (
        "@Trepos: [\n  {repo: a, rev: v1.0, hooks: [{id: x}]}, # one\n@E] # end\n",
        {"@E": f"  {FLOW_ENTRY},\n"},
    ),
    "JSON": (
        '{\n  @J"repos": [\n    {"repo": "a", "rev": "v1.0", "hooks": [{"id": "x"}]}@C\n@E  ]\n}\n',
        {
            "@J": f'"{TYPES_KEY}": {json.dumps(TYPES)},\n  ',
            "@C": ",",
            "@E": f"    {JSON_ENTRY}\n",
        },
    ),
    "JSON with nothing in it": (
        "{@E}\n",
        {"@E": f'"{TYPES_KEY}": {json.dumps(TYPES)}, "repos": [{JSON_ENTRY}]'},
    ),
    "a block of text at the end": (
        "@Trepos:\n  - repo: local\n    hooks:\n      - id: x\n        name: x\n"
        "        language: system\n        entry: |+\n          true\n\n\n@E",
        {"@E": entry()},
    ),
    "anchors and aliases": (
        "@Trepos:\n  - &a\n    repo: a\n    rev: v1.0\n    hooks:\n      - id: x\n"
        "        args: &args [--one]\n      - id: y\n        args: *args\n@E",
        {"@E": entry()},
    ),
    "types in brackets": (
        f"{TYPES_KEY}: [pre-push@P]\nrepos:\n@E",
        {"@P": ", pre-commit, pre-merge-commit, commit-msg", "@E": entry()},
    ),
    "types as lines": (
        f"repos:\n@E{TYPES_KEY}:\n- pre-commit # mostly\n@P",
        {"@P": "- pre-merge-commit\n- commit-msg\n- pre-push\n", "@E": entry()},
    ),
    "an older version with one hook": (
        f"@Trepos:\n  - repo: {URL}\n    rev: @Rv0.0.9@r # old\n    hooks:\n"
        "      - id: intercom-env\n        args: [--fix]\n@E"
        "  - repo: b\n    rev: v1.0\n    hooks: []\n",
        {"@E": "".join(f"      - id: {hook}\n" for hook in HOOKS if hook != "intercom-env")},
    ),
    "an older version in quotes": (
        f"@Trepos:\n  - repo: git@github.com:{URL.partition('.com/')[2].upper()}.git/\n"
        "    rev: '@R0.0.9@r'\n    hooks: [{id: intercom-env}@E]\n",
        {"@E": "".join(f", {{id: {hook}}}" for hook in HOOKS if hook != "intercom-env")},
    ),
    "a newer version, a commit, somebody's mirror": (
        f"@Trepos:\n  - repo: {URL}\n    rev: v999.0.0\n    hooks:\n      - id: intercom-env\n@E"
        f"  - repo: {URL}.git\n    rev: {'1a' * 20}\n    hooks:\n      - id: intercom-env\n"
        "  - repo: ../mirror\n    rev: v0.0.1\n    hooks:\n      - id: intercom-pre-push\n",
        {"@E": "      - id: intercom-secrets\n      - id: intercom-commit-msg\n"},
    ),
    "somebody's mirror alone": (
        "@Trepos:\n  - repo: ../mirror\n    rev: v0.0.1\n    hooks:\n"
        "      - id: intercom-pre-push\n@E",
        {"@E": "".join(f"      - id: {hook}\n" for hook in HOOKS[:-1])},
    ),
    "a local hook of that name": (
        "@Trepos:\n  - repo: local\n    hooks:\n      - id: intercom-env\n        name: x\n"
        "        entry: x\n        language: system\n@E",
        {"@E": entry(hooks=tuple(hook for hook in HOOKS if hook != "intercom-env"))},
    ),
}


def built(template: str, put: dict[str, str]) -> tuple[str, str]:
    """What is there, and what is to come of it."""
    before = template.replace("@R", "").replace("@r", "")
    head, mark, rest = template.partition("@R")
    after = head + REV + rest.partition("@r")[2] if mark else template
    for name, text in {"@T": TYPES_LINE, **put}.items():
        before, after = before.replace(name, ""), after.replace(name, text)
    return before, after


CASES = {name: built(*case) for name, case in HANDLED.items()}


@pytest.mark.parametrize("name", CASES)
def test_put_in(name: str) -> None:
    before, after = CASES[name]
    assert merge(before.encode()).decode() == after
    assert merge(after.encode()) == after.encode()


@pytest.mark.parametrize("name", CASES)
def test_line_endings_and_the_byte_order_mark_stay(name: str) -> None:
    before, after = (text.replace("\n", "\r\n").encode() for text in CASES[name])
    if b"\n" in before:
        assert merge(before) == after
        assert merge(b"\xef\xbb\xbf" + before) == b"\xef\xbb\xbf" + after


@pytest.mark.parametrize("name", CASES)
def test_a_file_without_a_final_newline_stays_one(name: str) -> None:
    before, after = CASES[name]
    if before.endswith("\n") and not before.endswith("\n\n"):
        merged = merge(before.removesuffix("\n").encode()).decode()
        assert merged == after.removesuffix("\n")


def validated(folder: Path, files: dict[str, bytes]) -> str:
    """What pre-commit says of them."""
    for number, data in enumerate(files.values()):
        (folder / f"{number}.yaml").write_bytes(data)
    paths = sorted(map(str, folder.iterdir()))
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", *paths],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_pre_commit_takes_every_one(tmp_path: Path) -> None:
    files = {name: merge(before.encode()) for name, (before, _) in CASES.items()}
    files["no file"] = merge(None)
    assert validated(tmp_path, files) == ""
    for name, data in files.items():
        loaded = yaml.safe_load(data)
        ids = [hook["id"] for repo in loaded["repos"] for hook in repo["hooks"]]
        assert set(HOOKS) <= set(ids), name
        assert set(TYPES) <= set(loaded[TYPES_KEY]), name


def test_pre_commit_would_have_complained(tmp_path: Path) -> None:
    said = validated(tmp_path, {"bad": b"repos: [{repo: a}]\n"})
    assert "Missing required key: hooks" in said


REFUSED = {
    "several documents": (b"repos: []\n---\nrepos: []\n", 2, "begins a second document"),
    "a document behind the end of another": (b"---\n...\n", 1, "cannot be extended"),
    "a list": (b"# old\n- repo: a\n", 2, "is a list, as of old; run `pre-commit migrate-config`"),
    "a text": (b"repos\n", 1, "is no mapping"),
    "a tab": (b"repos:\n\t- repo: a\n", 2, "is not valid YAML"),
    "half a file": (b'repos: [{repo: "a\n', 2, "is not valid YAML"),
    "no text": (b"repos: \xff\n", 1, "is not UTF-8"),
    "a control character": (b"a: 1\nrepos: \0\n", 2, "control character"),
    "a large file": (b"#" * (1024 * 1024 + 1), 1, "is larger than"),
    "many values": (b"a: [" + b"1," * 20_000 + b"]\n", 1, "more than 20000 values"),
    "deep brackets": (b"a: " + b"[" * 100_000, 1, "nests deeper than 32 levels"),
    "a key twice": (b"repos: []\nrepos: []\n", 2, "repos is there twice"),
    "repos that are no list": (b"a: 1\nrepos: none\n", 2, "repos has no list"),
    "repos that are nothing, in words": (b"repos: null\n", 1, "repos has no list"),
    "repos by an alias": (b"a: &a []\nrepos: *a\n", 2, "repos has an alias"),
    "a list that others refer to": (
        b"default_stages: &a [pre-commit]\ndefault_install_hook_types: *a\nrepos: []\n",
        2, "has an alias",
    ),
    "a list that others refer to, the other way": (
        b"default_install_hook_types: &a [pre-commit]\ndefault_stages: *a\nrepos: []\n",
        1, "has a list that others refer to",
    ),
    "an entry that others refer to": (
        f"repos:\n- &a\n  repo: {URL}\n  rev: main\n  hooks: []\n- *a\n".encode(),
        2, "has an anchor that others refer to",
    ),
    "keys from elsewhere": (b"x: &x {repos: []}\n<<: *x\n", 1, "merges keys with '<<'"),
    "a key behind a question mark": (b"? repos\n: []\n", 1, "begins in a way"),
    "an entry without hooks": (f"repos:\n- repo: {URL}\n  rev: main\n".encode(), 2, "has no hooks"),
    "a text that a newline would change": (
        b"repos:\n- repo: local\n  hooks:\n  - id: x\n    entry: |\n      true",
        1, "cannot be extended without changing what is there",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_line(name: str) -> None:
    data, line, words = REFUSED[name]
    with pytest.raises(ConfigError) as caught:
        merge(data)
    assert str(caught.value).startswith(f"{FILE}:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_refused_is_not_quoted() -> None:
    secret = "s3cret" * 5
    for text in (f"repos: {secret}", f"{secret}: [", f"- {secret}", f"repos: *{secret}"):
        with pytest.raises(ConfigError) as caught:
            merge(text.encode())
        assert secret not in str(caught.value)


def test_all_hooks_and_stages_of_the_manifest() -> None:
    """What runs by itself; the rest is for people to call, or to choose."""
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hooks = {hook["id"]: set(hook["stages"]) for hook in manifest}
    assert set(HOOKS) <= set(hooks)
    left_out = set(hooks) - set(HOOKS)
    assert left_out == {"intercom-history", "intercom-detect-secrets", "intercom-audit"}
    assert set().union(*(hooks[hook] for hook in HOOKS)) == set(TYPES)


def test_the_repository_is_named_in_one_place() -> None:
    files = (ROOT / "src").rglob("*.py")
    naming = [file.name for file in files if URL in file.read_text(encoding="utf-8")]
    assert naming == ["precommit.py"]
