from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import intercom_scan
from intercom_scan.decode.model import Limits
from intercom_scan.errors import ConfigError
from intercom_scan.policy import Policy, load, paths, schema, yaml_tree
from intercom_scan.rules.model import Severity
from tests.policy.build import RULES, fingerprint

FP = fingerprint(1)
LISTED = "'severities', 'paths', 'names', 'limits', 'env', 'scopes', 'audit' or 'ignores'"


def configured(text: str | bytes, **files: bytes) -> Policy:
    data = text if isinstance(text, bytes) else text.encode()
    return load({".intercom-scan.yaml": data, **files}.get, rules=RULES)


def test_a_whole_configuration() -> None:
    policy = configured(
        f"""\
severities:
  intercom-api-key: medium
paths:
  exclude:
    - path: tests/fixtures/**
      reason: made-up values
names:
  - "*_HELPDESK_KEY"
limits:
  depth: 3
  expansion: 1 GiB
  member: 512KiB
  seconds: 5
  file-size: 4096
ignores:
  - fingerprint: {FP}
    rule: intercom-api-key
    reason: revoked in May
    until: 2030-02-28
"""
    )
    assert policy.severities == {"intercom-api-key": Severity.MEDIUM}
    assert [(e.pattern, e.reason, e.source) for e in policy.exclusions] == [
        ("tests/fixtures/**", "made-up values", ".intercom-scan.yaml:5")
    ]
    assert [name.text for name in policy.names] == ["*_HELPDESK_KEY"]
    assert policy.limits == Limits(depth=3, expansion=2**30, member=512 * 1024, seconds=5)
    assert policy.file_size == 4096
    (ignore,) = policy.ignores
    assert (ignore.fingerprint, ignore.rule, ignore.reason) == (
        FP,
        "intercom-api-key",
        "revoked in May",
    )
    assert ignore.until == date(2030, 2, 28)
    assert ignore.source == ".intercom-scan.yaml:16"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~", "\ufeff"])
def test_an_empty_configuration_is_the_default(text: str) -> None:
    assert configured(text) == Policy()


BAD = [
    ("severity:\n  x: low", "1: severity: is not a known key; did you mean 'severities'?"),
    ("x: 1", f"1: x: is not a known key; write {LISTED}"),
    ("- x", f"1: is not a mapping; write 'key: value' with {LISTED}"),
    ("just text", f"1: is not a mapping; write 'key: value' with {LISTED}"),
    (
        "\nseverities:\n  intercom-api-kee: low",
        "3: severities.intercom-api-kee: is not a known key; did you mean 'intercom-api-key'?",
    ),
    (
        "severities:\n  intercom-api-key: urgent",
        "2: severities.intercom-api-key: 'urgent' is not a severity; "
        "write 'info', 'low', 'medium', 'high' or 'critical'",
    ),
    (
        "severities:\n  intercom-api-key: [low]",
        "2: severities.intercom-api-key: is a list; write a severity",
    ),
    ("names:", "1: names: is not a list; write one '- …' a line"),
    ("names:\n- x:\n", "2: names[0]: is a mapping; write a name"),
    ("names:\n-\n", "2: names[0]: is empty; write a name or remove the key"),
    (
        "names:\n- AAAA\n- '*'",
        "3: names[1]: '*' is too general; write out at least one word of 4 letters or more",
    ),
    (
        "names: ['*a*b*HELPDESK']",
        "1: names[0]: '*a*b*HELPDESK' has more than 2 '*'; write the name out further",
    ),
    (
        "names: ['(a+)+HELP']",
        "1: names[0]: '(a+)+HELP' is not a name; write at most 80 letters, digits, '_', '-' and "
        "'.', with '*' for any text",
    ),
    (
        "paths:\n  exclude:\n    - path: a\n",
        "3: paths.exclude[0]: has no 'reason'; add reason: why findings there are ignored",
    ),
    (
        "paths:\n  exclude:\n    - reason: a\n      path: ../b\n",
        "4: paths.exclude[0].path: '../b' leaves the repository; "
        "write a path relative to its root, without '..'",
    ),
    (
        "paths:\n  exclude:\n    - reason: '-'\n      path: b\n",
        "3: paths.exclude[0].reason: '-' is not a reason; say why the finding may stay",
    ),
    (
        "limits:\n  depth: 0",
        "2: limits.depth: '0' is not allowed; write a whole number from 1 to 32",
    ),
    (
        "limits:\n  seconds: 1e9",
        "2: limits.seconds: '1e9' is not allowed; write a whole number from 1 to 3600",
    ),
    (
        "limits:\n  member: 2GiB",
        "2: limits.member: '2GiB' is not a size; write bytes as '4096', '512KiB', '64MiB' or "
        "'1GiB', at most 1GiB",
    ),
    *(
        (
            f"limits:\n  member: {few}",
            f"2: limits.member: '{few}' is too small; write at least 64KiB",
        )
        for few in ("1", "65535", "63KiB")
    ),
    (
        "ignores:\n- fingerprint: abc\n  reason: why",
        "2: ignores[0].fingerprint: 'abc' is not a fingerprint; "
        "copy the 32 hexadecimal digits from the report",
    ),
    (
        f"ignores:\n- fingerprint: {FP}\n  reason: why\n  until: 2030-02-30",
        "4: ignores[0].until: '2030-02-30' is not a date; write YYYY-MM-DD",
    ),
    (
        f"ignores:\n- fingerprint: {FP}\n  until: 2030-02-03",
        "2: ignores[0]: has no 'reason'; add reason: why it is ignored",
    ),
    ("names: []\nnames: []", "2: names: is there twice; keep one"),
    ("? [a]\n: b", "1: has a key that is not text; write a name"),
    (
        "names: &x [AAAA]\n",
        "1: has an anchor or alias ('&', '*'); "
        "write the value out, or put quotes around a text that begins so",
    ),
    (
        "names:\n- *_TOKEN",
        "2: has an anchor or alias ('&', '*'); "
        "write the value out, or put quotes around a text that begins so",
    ),
    ("names: !!set {}", "1: has a tag ('!…'); write the plain value"),
    ("a: 1\n--- \nb: 2", "2: begins a second document; write one"),
    (
        "names: [",
        "1: is not valid YAML: expected the node content, but found '<stream end>'; correct it",
    ),
    (
        "a: 1\n%b c",
        "2: is not valid YAML: expected '<document start>', but found '<stream end>'; correct it",
    ),
    (
        "names:\n\t- a",
        "2: is not valid YAML: found character '\\t' that cannot start any token; correct it",
    ),
    ("a: \x01", "1: has a control character; remove it"),
    (b"a: 1\nb: \xff", "2: is not UTF-8; save it as UTF-8"),
    ("a: " + "[" * 9, "1: nests deeper than 8 levels"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[message for _, message in BAD])
def test_a_bad_configuration_is_told_by_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(text)
    assert str(caught.value) == f".intercom-scan.yaml:{message}"


@pytest.mark.parametrize(
    "text",
    [
        "{}: 1",
        "severities:\n  {}: 1",
        "severities:\n  intercom-api-key: {}",
        "names: ['{}=']",
        "names: [@{}]",
        "names: !{} x",
        "names: *{}",
        "names: !{}!x y",
        "'\\e[31m': {}",
        '"\\e[31m": {}',
        "limits: {{depth: {}}}",
        "ignores: [{{fingerprint: {}, reason: x}}]",
        "a: {}\n b: c",
    ],
)
def test_no_message_repeats_a_secret_or_an_escape_sequence(text: str) -> None:
    secret = "aB3" * 14
    with pytest.raises(ConfigError) as caught:
        configured(text.format(secret))
    assert secret[:6] not in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "key", ["exec", "command", "url", "host", "output", "plugins", "format", "include", "extends"]
)
def test_a_configuration_has_no_key_that_could_act(key: str) -> None:
    with pytest.raises(ConfigError, match="is not a known key"):
        configured(f"{key}: x")


def test_a_billion_laughs_stay_unheard() -> None:
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    with pytest.raises(ConfigError, match="anchor or alias"):
        configured("\n".join(lines))


@pytest.mark.parametrize(
    ("bomb", "says"),
    [
        (b"[" * yaml_tree.MAX_BYTES, "nests deeper"),
        (b"{a: " * 200_000, "nests deeper"),
        (b"- a\n" * 200_000, "has more than 20000 values"),
        (b"? " * 400_000, "not text"),
        (b"x" * (yaml_tree.MAX_BYTES + 1), "is larger than 1048576 bytes"),
        (bytes(100 * 2**20), "is larger than 1048576 bytes"),
        (b"limits: {depth: " + b"9" * 500_000 + b"}", "a text of 500000 characters"),
    ],
    ids=["brackets", "braces", "items", "questions", "1 MiB", "100 MB", "digits"],
)
def test_a_bomb_is_an_error(bomb: bytes, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        configured(bomb)


yaml_text = st.recursive(
    st.text(max_size=12) | st.sampled_from(["2030-01-01", "1", "*", FP, "low", "''", "~", "!!x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["severities", "paths", "exclude", "path", "reason", "names", "limits"])
            | st.sampled_from(["depth", "member", "ignores", "fingerprint", "until", RULES[0]])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
).map(lambda tree: json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | yaml_text)
def test_any_bytes_are_a_policy_or_a_configuration_error(data: bytes) -> None:
    said = ".intercom-scan.yaml:"
    try:
        assert isinstance(configured(data), Policy)
    except ConfigError as error:
        said = str(error)
    assert said.isprintable()
    assert said.startswith(".intercom-scan.yaml:")


def test_the_published_schema_is_the_declared_one() -> None:
    path = Path(intercom_scan.__file__).with_name("config-schema.json")
    published = json.loads(path.read_text(encoding="utf-8"))
    declared = json.dumps(schema.json_schema(), indent=2) + "\n"
    assert path.read_text(encoding="utf-8") == declared, "write what is declared into the file"
    jsonschema.Draft202012Validator.check_schema(published)


def test_the_schema_accepts_what_load_accepts_and_refuses_unknown_keys() -> None:
    validator = jsonschema.Draft202012Validator(schema.json_schema())
    good = {
        "severities": {RULES[0]: "low"},
        "paths": {"exclude": [{"path": "a", "reason": "b"}]},
        "names": ["ABCD"],
        "limits": {"depth": 3, "member": "2MiB", "expansion": 9},
        "ignores": [{"fingerprint": FP, "reason": "b", "until": "2030-01-01"}],
    }
    assert validator.is_valid(good)
    assert configured(json.dumps(good)).limits.member == 2 * 2**20
    for bad in [
        {"x": 1},
        {"severities": {"x": "low"}},
        {"severities": {RULES[0]: "x"}},
        {"limits": {"depth": 0}},
        {"limits": {"member": 1}},
        {"ignores": [{"fingerprint": FP}]},
    ]:
        assert not validator.is_valid(bad)
        with pytest.raises(ConfigError):
            configured(json.dumps(bad))


def test_a_missing_named_file_is_an_error_and_a_missing_default_is_not() -> None:
    nothing: dict[str, bytes] = {}
    assert load(nothing.get) == Policy()
    for config, baseline in (("c.yaml", None), (None, "c.yaml")):
        with pytest.raises(ConfigError) as caught:
            load(nothing.get, config=config, baseline=baseline)
        assert str(caught.value) == "c.yaml:1: there is no such file; correct the path"


def test_the_other_spelling_of_the_default_is_told_about() -> None:
    with pytest.raises(ConfigError, match="rename it to"):
        load({".intercom-scan.yml": b""}.get)


def test_a_named_configuration_takes_the_place_of_the_default() -> None:
    files = {".intercom-scan.yaml": b"x: 1", "other.yaml": b"limits: {depth: 2}"}
    assert load(files.get, config="other.yaml", rules=RULES).limits.depth == 2


def test_ignores_of_both_files_count() -> None:
    policy = load(
        {
            ".intercom-scan.yaml": f"ignores: [{{fingerprint: {FP}, reason: a}}]".encode(),
            ".intercom-scan/ignores": f"{fingerprint(2)} # b\n".encode(),
        }.get,
        rules=RULES,
    )
    assert [(i.fingerprint, i.reason) for i in policy.ignores] == [(FP, "a"), (fingerprint(2), "b")]
    assert [i.source for i in policy.ignores] == [
        ".intercom-scan.yaml:1",
        ".intercom-scan/ignores:1",
    ]


def test_nothing_heavy_is_imported_where_nothing_is_configured() -> None:
    code = (
        "import sys; before = set(sys.modules); from intercom_scan import policy; "
        "policy.load({}.get); print(*sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    heavy = {"yaml", "difflib", "click", "detect_secrets", "requests"}
    assert "intercom_scan.policy.sorting" in ran.stdout.split()
    assert not heavy.intersection(ran.stdout.split())


def test_inline_is_as_asked() -> None:
    nothing: dict[str, bytes] = {}
    assert load(nothing.get).inline_allowed
    assert not load(nothing.get, inline=False).inline_allowed


def test_exclusions_may_not_cover_most_of_a_repository_together() -> None:
    """Each is one of its kind; the first that is too much is named by its line."""
    patterns = ["src/**", "**/*.json", "**/*.y*ml", "**/*.p*y", "**/*.m*", "**/*.rb", "**/*.t*"]
    patterns += ["**/*.js", "docs/**", "app*/**", "**/*.s*"]
    lines = [f"    - {{path: '{pattern}', reason: because}}" for pattern in patterns]
    text = "\n".join(["paths:", "  exclude:", *lines, ""])
    sizes = [
        len(frozenset().union(*map(paths.probed, patterns[: end + 1])))
        for end in range(len(patterns))
    ]
    number = next(number for number, size in enumerate(sizes) if size > paths.ALL)
    assert 2 < number < len(patterns) - 1, "the case itself"
    with pytest.raises(ConfigError) as raised:
        configured(text)
    assert str(raised.value) == (
        f".intercom-scan.yaml:{number + 3}: paths.exclude[{number}]: covers too much together "
        "with those before it; remove some"
    )
    assert len(configured("\n".join([*text.split("\n")[: number + 2], ""])).exclusions) == number


@pytest.mark.parametrize("name", [".env*", "*ENV*", ".env.*", "?env"])
def test_what_is_allowed_may_not_be_every_env_file(name: str) -> None:
    with pytest.raises(ConfigError, match=r":2: env.allowed\[0\]: .*has to stay out"):
        configured(f"env:\n  allowed: ['{name}']\n")


def test_one_env_file_may_be_allowed_by_its_name() -> None:
    assert configured("env:\n  allowed: [.env, .env.production]\n").env_allowed[0] == ".env"
