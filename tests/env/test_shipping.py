"""Where ignored files go all the same."""

from __future__ import annotations

import json
import os

import pytest

from intercom_scan.env import remedy, shipping
from intercom_scan.env.dockerignore import copied, is_dockerfile, kept_out
from intercom_scan.env.packaging import manifest_takes, npm_takes
from intercom_scan.env.uploads import IGNORERS
from intercom_scan.env.view import SHIPPING
from intercom_scan.rules import hygiene
from intercom_scan.rules.model import Rule
from tests.env.building import Place, line, one, problems, shell, token

DOCKER, NPM, PYTHON = "env-docker-image", "env-npm-package", "env-python-package"


@pytest.fixture
def place(tmp_path) -> Place:
    made = Place(tmp_path / "repository", ignored=False)
    made.commit_file(".gitignore", b".env*\n!.env.example\n")
    return made


def found(place: Place) -> set[str]:
    return {rule for rule, _ in problems(place.path)}


@pytest.mark.parametrize(
    ("dockerfile", "ignored", "expected"),
    [
        ("COPY . /app", "", True),
        ("COPY . /app", ".env\n", False),
        ("COPY . /app", "**/.env*\n", False),
        ("COPY . /app", ".env*\n!.env\n", True),
        ("COPY . /app", "*\n!src\n", False),
        ("COPY . /app", "# .env\n", True),
        ("COPY src /app", "", False),
        ("copy --chown=a:b ./ /app", "", True),
        ('ADD ["." , "/app"]', "", True),
        ("COPY \\\n  . \\\n  /app", "", True),
        ("COPY .env* /app/", "", True),
        ("COPY * /app/", "", True),
        ("COPY --from=build . /app", "", False),
        ("RUN cp . /app\n# COPY . /app", "", False),
        ("COPY package.json .", "", False),
    ],
    ids=repr,
)
def test_docker(place, dockerfile, ignored, expected):
    place.untracked(".env", line(token()))
    place.write("Dockerfile", b"FROM x\n" + dockerfile.encode() + b"\n")
    if ignored:
        place.write(".dockerignore", ignored.encode())
    assert (DOCKER in found(place)) == expected


def test_docker_in_a_directory_and_its_command(place):
    place.untracked("api/.env", line(token()))
    place.add("api/Dockerfile", b"FROM x\nCOPY . .\n")
    warning = one(place.path, DOCKER)
    assert warning.severity.label == "low"
    assert warning.detail == "api/Dockerfile copies it, api/.dockerignore is not there"
    shell(warning.remedy, place.path)
    assert DOCKER not in found(place)


def test_a_dockerfile_has_its_own_ignore_file(place):
    place.untracked(".env", b"A=1\n")
    place.write("web.Dockerfile", b"FROM x\nCOPY . .\n")
    place.write("web.Dockerfile.dockerignore", b".env\n")
    assert DOCKER not in found(place)
    place.write(".dockerignore", b".env\n")
    place.write("web.Dockerfile.dockerignore", b"x\n")
    assert one(place.path, DOCKER).severity.label == "info"  # no Intercom credential


def test_files_that_hold_nothing_are_no_warning(place):
    place.untracked(".env", b"INTERCOM_ACCESS_TOKEN=\n", mode=0o644)
    place.write("Dockerfile", b"COPY . .\n")
    assert found(place) == set()


@pytest.mark.parametrize(
    ("pattern", "path", "out"),
    [
        (".env", ".env", True),
        (".env", "a/.env", False),
        ("**/.env", "a/b/.env", True),
        ("a", "a/.env", True),
        ("/a/", "a/.env", True),
        ("./a", "a/.env", True),
        ("*/.env", "a/.env", True),
        ("*/.env", "a/b/.env", False),
        (".en[uv]", ".env", True),
        (".en[^v]", ".env", False),
        ("\\.env", ".env", True),
        (".env?", ".env", False),
        ("a*" * 49 + "b", "a" * 200, False),
    ],
)
def test_dockerignore_patterns(pattern, path, out):
    assert kept_out(pattern.encode(), path) == out


def test_odd_dockerfiles():
    assert not copied(b'COPY ["a", \n COPY [' + b"[" * 100_000, "x")
    assert copied(b"COPY 'a b' /x", "a b")
    assert is_dockerfile(b"Dockerfile.dev")
    assert not is_dockerfile(b"Dockerfile.dockerignore")


@pytest.mark.parametrize(
    ("package", "npmignore", "expected"),
    [
        ({}, None, False),  # npm heeds .gitignore
        ({}, "x\n", True),
        ({}, ".env\n", False),
        ({}, "*\n!x\n", False),
        ({"files": ["dist"]}, "x\n", False),
        ({"files": ["."]}, None, True),
        ({"files": ["*"]}, None, True),
        ({"files": [".env"]}, None, True),
        ({"files": ["*", "!.env"]}, None, False),
        ({"private": True}, "x\n", False),
        ({"version": None}, "x\n", False),
    ],
    ids=repr,
)
def test_npm(place, package, npmignore, expected):
    place.untracked("web/.env", line(token()))
    data = {"name": "x", "version": "1.0.0", **package}
    place.add("web/package.json", json.dumps(data).encode())
    if npmignore is not None:
        place.write("web/.npmignore", npmignore.encode())
    assert (NPM in found(place)) == expected
    if expected and "files" not in package:
        shell(one(place.path, NPM).remedy, place.path)
        assert NPM not in found(place)


def test_npm_at_the_root_as_git_tracks_it(place):
    place.untracked(".env", line(token()))
    place.add("package.json", b'{"name": "x", "version": "1.0.0"}')
    place.add(".npmignore", b"x\n")
    assert NPM in found(place)


def test_an_unreadable_package_is_none(place):
    place.untracked(".env", line(token()))
    for content in (b"[" * 100_000, b"{", b"[]", b"\xff", b'{"name": 1, "version": "1"}'):
        place.write("package.json", content)
        place.write(".npmignore", b"x\n")
        assert NPM not in found(place)


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("include README.md", False),
        ("include .env", True),
        ("include *", True),
        ("global-include *", True),
        ("global-include *\nglobal-exclude .env*", False),
        ("graft .", True),
        ("recursive-include . *", True),
        ("recursive-include src *", False),
        ("graft .\nexclude .env", False),
        ("graft .\nprune src", True),
    ],
)
def test_python(place, manifest, expected):
    place.untracked(".env", line(token()))
    place.write("MANIFEST.in", manifest.encode() + b"\n")
    assert (PYTHON in found(place)) == expected
    if expected:
        shell(one(place.path, PYTHON).remedy, place.path)
        assert PYTHON not in found(place)


def test_lists_that_take_directories():
    assert npm_takes(["dist"], "dist/.env")
    assert not npm_takes(["dist"], "src/.env")
    assert manifest_takes(b"graft a\n", "a/b/.env")
    assert manifest_takes(b"recursive-include a .e*\n", "a/b/.env")


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        (".gcloudignore", "env-gcloud-upload"),
        (".vercelignore", "env-vercel-upload"),
        (".slugignore", "env-slug-upload"),
    ],
)
def test_uploads(place, file, rule):
    slug = file == ".slugignore"
    place.untracked("api/.env", line(token()))
    assert rule not in found(place)  # without such a file .gitignore counts
    place.write(file, b"dist\n")
    assert (rule in found(place)) != slug
    if slug:
        place.git("add", "-f", "api/.env")  # Heroku has what git tracks
    assert one(place.path, rule).severity.label == "low"
    shell(one(place.path, rule).remedy, place.path)
    assert rule not in found(place)


def test_uploads_that_include_gitignore(place):
    place.untracked(".env", line(token()))
    place.write(".gcloudignore", b"#!include:.gitignore\n")
    assert found(place) == set()


def test_vercel_leaves_local_files_out_itself(place):
    place.untracked(".env.local", line(token()))
    place.untracked(".env.production.local", line(token()))
    place.write(".vercelignore", b"dist\n")
    assert found(place) == set()


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_permissions(place):
    file = place.untracked(".env", line(token()), mode=0o644)
    warning = one(place.path, "env-world-readable")
    assert (warning.severity.label, warning.detail) == ("info", "its permissions are 0644")
    shell(warning.remedy, place.path)
    assert file.stat().st_mode & 0o777 == 0o600
    assert found(place) == set()
    file.chmod(0o640)
    assert found(place) == set()


@pytest.mark.parametrize("name", [".env~", ".env.swp", ".env.bak"])
def test_copies(place, name):
    file = place.untracked(name, line(token()))
    warning = one(place.path, "env-editor-backup")
    assert (warning.severity.label, warning.detail) == ("low", "holds INTERCOM_ACCESS_TOKEN")
    shell(warning.remedy, place.path)
    assert not file.exists()


def test_ignored_files_that_git_has_no_word_for(place):
    place.untracked("production.env", b"A=1\n", mode=0o644)
    place.git("add", "production.env")
    assert found(place) == set()


def test_no_credential_is_an_argument(place, monkeypatch):
    from intercom_scan.git import Git

    value = token()
    name = value.decode()
    place.untracked(f"{name}/.env.a", b"A=1\n")
    place.untracked(f"{name}/.env.production", line(value))
    place.untracked(f"new/{name}/.env.production", b"A=1\n")
    place.write(".gitignore", b".env.production\n")
    place.write(".gcloudignore", b"x\n")
    place.add("package.json", b'{"name": "x", "version": "1.0.0"}')
    place.write(".npmignore", b"x\n")
    arguments: list[str | bytes] = []
    start = Git.start

    def noted(self, *given, **more):
        arguments.extend(given)
        return start(self, *given, **more)

    monkeypatch.setattr(Git, "start", noted)
    assert NPM in found(place)
    assert not [part for part in arguments if name in os.fsdecode(part)]


def test_every_ignore_file_of_an_upload_is_seen():
    assert {ignorer.name for ignorer in IGNORERS} <= SHIPPING
    rules = {value for value in vars(hygiene).values() if isinstance(value, Rule)}
    assert rules == set(hygiene.HYGIENE)
    assert len(hygiene.HYGIENE) == len(rules)


def test_comments_and_continued_lines_of_a_manifest():
    assert not manifest_takes(b"include a # .env\n", ".env")
    assert not manifest_takes(b"# include .env\n", ".env")
    assert manifest_takes(b"include a \\\n  .env\n", ".env")


def test_an_upload_that_includes_gitignore_has_what_that_does_not_ignore(place):
    place.write(".gcloudignore", b"#!include:.gitignore\n")
    place.add(".env", line(token()))
    assert "env-gcloud-upload" in found(place)


def test_a_limit_to_what_is_checked(place, monkeypatch):
    monkeypatch.setattr(shipping, "_MOST", 2)
    for number in range(3):
        place.untracked(f".env.{number}", line(token()))
    place.write(".gcloudignore", b"x\n")
    uploads = [path for rule, path in problems(place.path) if rule == "env-gcloud-upload"]
    assert uploads == [".env.0", ".env.1"]


def test_a_file_whose_name_begins_with_a_dash(tmp_path):
    assert remedy.append(b".env", b"-x/.dockerignore").endswith(">> ./-x/.dockerignore")
    (tmp_path / "-").mkdir()
    shell(remedy.append(b".env", b"-/x"), tmp_path)
    assert (tmp_path / "-" / "x").read_bytes() == b".env\n"
