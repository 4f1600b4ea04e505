"""How git is started, fed and read."""

from __future__ import annotations

import hashlib

from intercom_scan import git
from intercom_scan.fakes.ground import Ground


def test_all_of_a_long_input_arrives_however_long_git_takes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(git, "PATIENCE", 1e-4)
    ground, content = Ground(tmp_path / "repository"), b"a line\n" * (1 << 20)
    here = git.Git(ground.path, inherit=False)
    answer = here.run("hash-object", "--stdin", stdin=content, seconds=60)
    expected = hashlib.sha1(b"blob %d\0%b" % (len(content), content)).hexdigest()
    assert answer.out.decode().strip() == expected


def test_apart_has_nobodys_configuration(tmp_path, monkeypatch) -> None:
    settings = tmp_path / "settings"
    settings.write_text("[user]\n\tname = Somebody\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("SOME_TOKEN", "value")
    here = git.Git(tmp_path, inherit=False)
    assert here.run("config", "user.name").out == b"Somebody\n"
    assert here.apart().run("config", "user.name").out == b""
    assert "SOME_TOKEN" not in here.apart().environment
    assert here.apart(SOME="thing").environment["SOME"] == "thing"
