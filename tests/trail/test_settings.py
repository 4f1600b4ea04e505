"""The user's own configuration, and that nothing of a repository is one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from intercom_scan.errors import ConfigError
from intercom_scan.trail import settings


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Writes the configuration; gives its path."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = tmp_path / "config" / "intercom-scan" / "config.yaml"
    file.parent.mkdir(parents=True)

    def write(text):
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_none(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings.log_file() is None


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("", None),
        ("# nothing\n", None),
        ("{}\n", None),
        ("audit_log: {}/audit.log\n", "{}/audit.log"),
        ("audit_log: '{}/with blanks.log'\n", "{}/with blanks.log"),
        ("audit_log: ~/audit.log\n", "{}/audit.log"),
    ],
)
def test_what_it_says(config, monkeypatch, tmp_path, text, file):
    monkeypatch.setenv("HOME", str(tmp_path))
    config(text.replace("{}/", f"{tmp_path}/"))
    assert settings.log_file() == (file and file.format(tmp_path))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("audit_log: audit.log\n", "1: audit_log: 'audit.log' is no absolute path"),
        ("\naudit_log:\n", "2: audit_log: is empty"),
        ("audit_log: [a]\n", "1: audit_log: is a list"),
        ("audit-log: a\n", "1: audit-log: is not a known key; did you mean 'audit_log'?"),
        ('audit_log: "/a\\nb"\n', "1: audit_log: a text of 4 characters is no absolute path"),
        ("- a\n", "1: is not a mapping"),
        ("a: [\n", "2: is not valid YAML"),
    ],
)
def test_what_is_wrong(config, text, problem):
    file = config(text)
    with pytest.raises(ConfigError) as caught:
        settings.log_file()
    assert str(caught.value).startswith(f"{file}:{problem}")


def test_what_is_no_file(config):
    file = config("")
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(ConfigError, match="is not a regular file"):
        settings.log_file()


def test_a_link_to_no_file_is_not_the_same_as_none(config, tmp_path):
    file = config("")
    file.unlink()
    file.symlink_to(tmp_path / "nowhere.yaml")
    with pytest.raises(ConfigError, match="is a link to no file"):
        settings.log_file()


def test_without_a_folder_of_its_own_it_is_below_home(config, tmp_path, monkeypatch):
    file = config(f"audit_log: {tmp_path}/audit.log\n")
    home = tmp_path / "home"
    (home / ".config" / "intercom-scan").mkdir(parents=True)
    file.rename(home / ".config" / "intercom-scan" / "config.yaml")
    monkeypatch.setenv("HOME", str(home))
    assert settings.log_file() is None
    for value in ("", "config", "../home/.config"):  # relative ones do not count
        monkeypatch.setenv("XDG_CONFIG_HOME", value)
        assert settings.log_file() == f"{tmp_path}/audit.log"


def test_no_file_of_a_repository_is_read(tmp_path):
    """Wherever a scan is started, and whatever lies there."""
    folder = tmp_path / "repository"
    for name in ("intercom-scan", ".config/intercom-scan", "config/intercom-scan", "~"):
        (folder / name).mkdir(parents=True)
        (folder / name / "config.yaml").write_text("audit_log: /nowhere/audit.log\n")
    code = "from intercom_scan.trail.settings import log_file; print(log_file())"
    for value in ("", ".", "config"):
        out = subprocess.run(
            [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True,
            env={**os.environ, "XDG_CONFIG_HOME": value},
        ).stdout  # fmt: skip
        assert out == "None\n"
    (folder / ".intercom-scan.yaml").write_text(f"audit_log: {tmp_path}/audit.log\n")
    done = subprocess.run(
        [sys.executable, "-m", "intercom_scan", "."], cwd=folder, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    assert (done.returncode, "audit_log: is not a known key" in done.stderr) == (2, True)
