"""What can be wrong with `.env` files: rules whose findings are about files and not secrets.

A finding's severity is its rule's only in the worst case that is listed; `env/` lowers it where
the file holds no Intercom credential, or nothing but names and placeholders.
"""

from __future__ import annotations

from intercom_scan.rules.model import Rule, Severity

# Endings of names whose files are templates, and so may be tracked.
TEMPLATES = ("example", "sample", "template", "dist", "defaults", "tmpl", "tpl", "default")

_GITIGNORE = "https://git-scm.com/docs/gitignore"
_ROTATE = "Rotate what the file holds if anybody may have received it."


def _upload(id_: str, what: str, file: str, reference: str) -> Rule:
    return Rule(
        id=id_,
        title=f"An .env file goes into {what}",
        severity=Severity.LOW,
        opens=f"Whoever can read {what} reads the file, although git ignores it.",
        rotation=(f"Exclude the file in {file}.", _ROTATE),
        references=(reference,),
    )


TRACKED = Rule(
    id="env-file-tracked",
    title="An .env file is tracked by git",
    # It publishes its values; each Intercom credential in it is a finding of its own as well.
    severity=Severity.HIGH,
    opens="Every clone has the file, and whatever is filled in next goes out with the next push.",
    rotation=(
        "Take it out of the index with `git rm --cached`; the file itself stays.",
        "Ignore it, and commit both.",
        _ROTATE,
    ),
    references=(_GITIGNORE,),
)
UNIGNORED = Rule(
    id="env-file-unignored",
    title="An .env file is not ignored by git",
    severity=Severity.MEDIUM,  # nothing has leaked, but one `git add .` is enough
    opens="One `git add .` publishes what the file holds.",
    rotation=("Ignore the file: `intercom-scan env --fix` does that.",),
    references=(_GITIGNORE,),
)
GITIGNORE = Rule(
    id="env-gitignore-entry",
    title="A .gitignore lacks .env entries",
    severity=Severity.LOW,  # the first file that it should have stopped is not there yet
    opens="The next .env file somebody makes is one `git add .` away from being published.",
    rotation=("Add the entries: `intercom-scan env --fix` does that. Commit the .gitignore.",),
    references=(_GITIGNORE,),
)
SHARED = Rule(
    id="env-shared-credential",
    title="Environments share an Intercom credential",
    severity=Severity.MEDIUM,  # a leak of the weakest environment is one of production
    opens="Whoever can read the files of one environment can act in the other.",
    rotation=(
        "Issue a credential of its own for each environment, with the scopes that it needs.",
        "Rotate the shared one.",
    ),
)
HISTORY = Rule(
    id="env-file-history",
    title="An .env file was once committed",
    severity=Severity.MEDIUM,  # its credentials are findings of their own; this is the list
    opens="Every clone has all that the file ever held.",
    rotation=(
        "Rotate what it held.",
        "Take it out of history, in a copy: intercom-scan purge --all --drop-env.",
        "Clones and the host keep what they have: the report beside that copy says what to do.",
    ),
)
DOCKER = _upload(
    "env-docker-image",
    "a Docker image",
    ".dockerignore",
    "https://docs.docker.com/build/concepts/context/#dockerignore-files",
)
NPM = _upload(
    "env-npm-package",
    "an npm package",
    ".npmignore",
    "https://docs.npmjs.com/cli/using-npm/developers#keeping-files-out-of-your-package",
)
PYTHON = _upload(
    "env-python-package",
    "a Python sdist",
    "MANIFEST.in",
    "https://setuptools.pypa.io/en/latest/userguide/miscellaneous.html",
)
GCLOUD = _upload(
    "env-gcloud-upload",
    "a Google Cloud upload",
    ".gcloudignore",
    "https://cloud.google.com/sdk/gcloud/reference/topic/gcloudignore",
)
VERCEL = _upload(
    "env-vercel-upload",
    "a Vercel upload",
    ".vercelignore",
    "https://vercel.com/docs/deployments/vercel-ignore",
)
SLUG = _upload(
    "env-slug-upload",
    "a Heroku slug",
    ".slugignore",
    "https://devcenter.heroku.com/articles/slug-compiler#ignoring-files-with-slugignore",
)
READABLE = Rule(
    id="env-world-readable",
    title="An .env file can be read by every user",
    severity=Severity.INFO,  # what most systems give a new file; it matters on shared machines
    opens="Every user and every service of the machine can read the file.",
    rotation=("Take the rights away: `chmod 600`.",),
)
BACKUP = Rule(
    id="env-editor-backup",
    title="An editor's copy of an .env file lies about",
    severity=Severity.LOW,
    opens="A copy goes by a name that ignore files and people do not think of.",
    rotation=("Delete the copy.", _ROTATE),
)

HYGIENE: tuple[Rule, ...] = (
    TRACKED,
    UNIGNORED,
    SHARED,
    HISTORY,
    GITIGNORE,
    BACKUP,
    DOCKER,
    GCLOUD,
    NPM,
    PYTHON,
    SLUG,
    VERCEL,
    READABLE,
)


def _unlike(words: tuple[str, ...]) -> bytes:
    """A regular expression for a beginning that no word shares; hyperscan has no look-ahead."""
    nodes = sorted({word[:length] for word in words for length in range(len(word))})
    branches = []
    for node in nodes:
        following = sorted({w[len(node)] for w in words if w.startswith(node) and w != node})
        branches.append(f"{node}[^{''.join(following)}]")
    return "|".join(branches).encode()


# What a raw tree has for an env file that is no template: trees are looked at where it stands.
TREE_ENTRY = rb"100(?:644|755) \.env(?:[^.a-z]|\.(?:" + _unlike(TEMPLATES) + rb"))"
