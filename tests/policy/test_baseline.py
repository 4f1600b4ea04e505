from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.errors import ConfigError
from intercom_scan.policy import load
from intercom_scan.policy.baseline import holds, parse
from tests.policy.build import place

SHA1 = hashlib.sha1(b"value").hexdigest()
ANEW = "write the file anew with 'detect-secrets scan'"


def baseline(results: object, **more: object) -> bytes:
    return json.dumps({"version": "1.5.0", "results": results, **more}, indent=1).encode()


def entry(**more: object) -> dict[str, object]:
    return {"type": "Secret Keyword", "hashed_secret": SHA1, **more}


@pytest.mark.parametrize(
    "data",
    [
        baseline({"a/b.py": [entry(line_number=3, filename="a/b.py", is_verified=False)]}),
        baseline({"a/b.py": [entry(is_secret=True)]}),
        baseline({"a/b.py": [entry(is_secret=False)]}),
        baseline({"a\\b.py": [entry()]}),
        baseline({".\\a\\\\b.py": [entry()]}),
        baseline({"./a/b.py": [entry(hashed_secret=SHA1.upper())]}),
        json.dumps(
            {"exclude": {"files": None}, "plugins_used": [], "results": {"a/b.py": [entry()]}}
        ).encode(),
        b"\xef\xbb\xbf" + baseline({"a/b.py": [entry()]}),
        "\ufeff".encode("utf-16-le") + baseline({"a/b.py": [entry()]}).decode().encode("utf-16-le"),
    ],
    ids=["1.5", "true", "false", "backslash", "dot", "upper", "0.x", "bom", "utf-16"],
)
def test_every_spelling_is_known(data: bytes) -> None:
    known = parse(data, ".secrets.baseline")
    assert holds(known, place("a/b.py"), b"value")
    assert not holds(known, place("a/c.py"), b"value")
    assert not holds(known, place("a/b.py"), b"other")
    assert not holds(known, place(None), b"value")


def test_the_value_as_written_is_known_too() -> None:
    known = parse(baseline({"a.py": [entry()]}), "f")
    assert holds(known, place("a.py", written=b"value"), b"canonical")
    assert not holds(known, place("a.py", written=b"else"), b"canonical")


def test_a_backslash_may_be_part_of_a_name() -> None:
    assert holds(parse(baseline({"a\\b": [entry()]}), "f"), place("a\\b"), b"value")


BAD = [
    (b"", f"1: is not JSON (Expecting value); {ANEW}"),
    (b'{"a": 1,\n\n x}', None),
    (b"[]", None),
    (b"{}", None),
    (baseline([]), "3: results: is not there or not an object; write the file with"),
    (baseline({"a": 1}), "4: results: has an entry without a 'hashed_secret'"),
    (baseline({"a": [entry()], "b\u00e9": [1]}), "10: results: has an entry without"),
    (baseline({"a": [entry(hashed_secret=3)]}), "4: results: has an entry without"),
    (baseline({"a": [entry(hashed_secret="x")]}), "4: results: has an entry without"),
    (b"[" * 100_000, f"1: holds numbers or nesting that no baseline has; {ANEW}"),
    (b'{"results": ' + b"9" * 9999 + b"}", None),
    (b'{"a": "\xff"}', "1: is not UTF-8; save it as UTF-8"),
    (bytes(64 * 2**20 + 1), "1: is larger than 67108864 bytes; make it smaller"),
]


@pytest.mark.parametrize(("data", "message"), BAD, ids=range(len(BAD)))
def test_what_is_no_baseline_is_told_by_file_and_line(data: bytes, message: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        load({"b.json": data}.get, baseline="b.json")
    assert str(caught.value).startswith(f"b.json:{message or ''}")
    assert str(caught.value).isprintable()


def test_the_line_of_bad_json_is_right() -> None:
    with pytest.raises(ConfigError, match=r"^b:3: is not JSON"):
        parse(b'{"a": 1,\n\n x}', "b")


@given(
    st.binary(max_size=100)
    | st.recursive(
        st.none() | st.text(max_size=5) | st.integers() | st.just(SHA1),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["results", "hashed_secret", "a"]) | st.text(max_size=3), inner
            )
        ),
        max_leaves=8,
    ).map(lambda tree: json.dumps(tree).encode())
)
def test_any_bytes_are_a_baseline_or_a_configuration_error(data: bytes) -> None:
    said = "b:"
    try:
        assert isinstance(parse(data, "b"), frozenset)
    except ConfigError as error:
        said = str(error)
    assert said.startswith("b:")


def test_detect_secrets_own_file_is_understood(tmp_path, monkeypatch) -> None:
    main = pytest.importorskip("detect_secrets.main")
    value = "Zq9" * 9
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(f"api_secret = '{value}'\n")
    found: list[object] = []
    monkeypatch.setattr("builtins.print", found.append)
    assert main.main(["scan", "--all-files", "app.py"]) == 0
    known = parse("".join(map(str, found)).encode(), "f")
    assert holds(known, place("app.py"), value.encode())
