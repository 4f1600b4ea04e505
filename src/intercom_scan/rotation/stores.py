"""Where secrets are kept, and the command that puts a new value there by standard input alone.

An argument shows in the list of processes and in the shell's history, an environment variable in
all that is started from there. So each command reads its standard input, and the value is typed
or pasted where it is not shown.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.env.remedy import quoted
from intercom_scan.errors import UsageError
from intercom_scan.policy.text import show
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Store:
    """A place for secrets.

    `command` reads the value from standard input; `{name}` in it is the secret's name and
    `{place}` which store of the kind, `place` in words. That takes `in_place` where one is given;
    `default` is meant where none is, and where that is None the tool has a default of its own.
    `in_environment` is for a store that knows environments. `note` is what to look out for, in
    brackets behind the title.
    """

    title: str
    command: str
    place: str
    reference: str
    in_place: str = ""
    default: str | None = None
    in_environment: str = ""
    note: str = ""
    dashes: bool = False  # names may have no underscore


@dataclass(frozen=True, slots=True)
class Target:
    """A store that was asked for, as `STORE` or `STORE:PLACE`."""

    store: Store
    place: str | None = None

    def command(self, name: str, environment: str | None) -> str:
        """What puts a value there, as one line of a POSIX shell."""
        store = self.store
        parts = [store.command]
        parts += [store.in_place] if self.place else []
        parts += [store.in_environment] if environment else []
        words = {
            "name": name.replace("_", "-") if store.dashes else name,
            "place": self.place or store.default or "",
            "environment": environment or "",
        }
        shown = {key: quoted(os.fsencode(word)) for key, word in words.items()}
        return "".join(parts).format(**shown)


# /dev/stdin is what a tool is given that only reads files.
STORES: Mapping[str, Store] = {
    "aws": Store(
        "AWS Secrets Manager",
        "aws secretsmanager put-secret-value --secret-id {name} --secret-string file:///dev/stdin",
        place="region",
        in_place=" --region {place}",
        reference="https://docs.aws.amazon.com/cli/latest/reference/secretsmanager/put-secret-value.html",
    ),
    "gcp": Store(
        "Google Secret Manager",
        "gcloud secrets versions add {name} --data-file=-",
        place="project",
        in_place=" --project={place}",
        note="in the end disable the old version: gcloud secrets versions disable",
        reference="https://cloud.google.com/sdk/gcloud/reference/secrets/versions/add",
    ),
    "vault": Store(
        "Vault",
        "vault kv patch {place} {name}=-",
        place="path",
        default="secret/intercom",
        note="for a new path, and for version 1 of the engine, `vault kv put`, which drops the "
        "path's other keys",
        reference="https://developer.hashicorp.com/vault/docs/commands/kv/patch",
    ),
    "azure": Store(
        "Azure Key Vault",
        # It prints the value that it was given, unless it is told to print nothing.
        "az keyvault secret set --vault-name {place} --name {name} --file /dev/stdin --output none",
        place="vault",
        default="MY-VAULT",
        dashes=True,
        reference="https://learn.microsoft.com/cli/azure/keyvault/secret#az-keyvault-secret-set",
    ),
    "github": Store(
        "GitHub Actions secrets",
        "gh secret set {name}",
        place="repository",
        in_place=" --repo {place}",
        in_environment=" --env {environment}",
        reference="https://cli.github.com/manual/gh_secret_set",
    ),
    "gitlab": Store(
        "GitLab CI/CD variables",
        "glab variable update {name} --masked",
        place="repository",
        in_place=" --repo {place}",
        in_environment=" --scope {environment}",
        note="for a new variable `glab variable set`",
        reference="https://docs.gitlab.com/cli/variable/update",
    ),
    "kubernetes": Store(
        "Kubernetes",
        # On the server's side, under a name of its own, applying leaves other keys as they are:
        # https://kubernetes.io/docs/reference/using-api/server-side-apply/
        "kubectl create secret generic {place} --from-file={name}=/dev/stdin --dry-run=client"
        " -o yaml | kubectl apply --server-side --force-conflicts --field-manager=intercom-scan"
        " -f -",
        place="secret",
        default="intercom",
        note="pods that have it as a variable read it as they start: kubectl rollout restart",
        reference="https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_secret_generic/",
    ),
}


def target(given: str) -> Target:
    """`STORE` or `STORE:PLACE`. Raises UsageError for a store that is not known."""
    name, colon, place = given.partition(":")
    if name not in STORES:
        raise UsageError(f"{show(name)} is not a store: it is one of {', '.join(STORES)}")
    if colon:
        checked(place, f"the {STORES[name].place} of {name}")
    return Target(STORES[name], place or None)


def checked(word: str, what: str) -> str:
    """A word that means itself to each tool. Raises UsageError for another, which names `what`.

    One that begins with `-` would be an option, one with `=` another key, and one with `://` a
    file that is read.
    """
    if not word or not word.isprintable() or word[0] == "-" or "=" in word or "://" in word:
        raise UsageError(f"{what} cannot be {show(word)}: no '=', no '://' and no '-' before it")
    return word


# For bash and zsh. A subshell that neither traces nor exports, whatever the shell around it does;
# printf and read are built in, so that no process is given the value but the command, by its
# standard input, and without the newline that ends it.
_READING = "set +ax; unset v; printf 'Value: ' >&2; IFS= read -rs v; echo >&2; "
FUNCTION = f'with_value() ({_READING}[ -n "$v" ] && printf %s "$v" | "$@")'


def with_value(command: str) -> str:
    """A line that reads a value where it is not shown and gives it to `command`; see FUNCTION."""
    return f"with_value {command}"


def in_variable(name: str, command: str) -> str:
    """The same, without FUNCTION, for a command that wants it in an environment variable."""
    return f'({_READING}[ -n "$v" ] && {name}="$v" {command})'
