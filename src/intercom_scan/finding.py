"""What a scan yields: findings, each one secret with every place that holds it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from intercom_scan.rules.model import Confidence, Rule, Severity

Status = Literal["new", "ignored", "baseline"]
State = Literal["live", "live-unscoped", "dead", "blocked", "unknown"]
Answered = Literal["granted", "refused", "unknown"]
Answer = Literal["pass", "fail", "not-applicable", "cannot-tell"]


@dataclass(frozen=True, slots=True)
class Origin:
    """A kind of thing that holds a secret: `words` say where it is, behind a finding's title.

    `now` says that it is no history: it can be mended where it is. `address` is a path that stands
    for it in reports which want one, where no file does; None is one below `.git`. `lines` says
    that a line and a column are of use to who looks for it there.
    """

    words: str
    now: bool = False
    address: str | None = None
    lines: bool = True


# Every value that `Place.origin` takes. The JSON Schema and the documentation list the same.
ORIGINS = {
    "file": Origin("in a file", now=True),  # the working tree, or a file outside git
    "index": Origin("in a staged file", now=True),
    "blob": Origin("in a file"),  # of a commit, or of none
    "file-name": Origin("in the name of a file or directory"),
    "symlink": Origin("in the target of a symbolic link", now=True),
    "commit-message": Origin("in a commit message"),
    "tag-message": Origin("in a tag message"),
    "author": Origin("in the author or committer"),  # of a commit; the tagger of a tag
    "header": Origin("in a header"),  # any other of a commit or tag, such as a signature
    "ref-name": Origin("in a ref name"),  # of a branch or tag
    "reflog": Origin("in a reflog"),
    "git-config": Origin("in a git config", address=".git/config"),  # also of worktrees
    "git-file": Origin("in a git file"),  # of the git directory, such as a hook or FETCH_HEAD
    "lfs": Origin("in a Git LFS object"),  # in the local store
    "stdin": Origin("in standard input", now=True, address="stdin"),
    "environment": Origin(
        "in an environment variable", now=True, address="environment", lines=False
    ),
}


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its full id, `Name <email>` of its author, its committer date (ISO 8601, UTC)."""

    id: str
    author: str
    date: str


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence of a secret.

    `path` is the file's path with forward slashes (bytes that are not UTF-8 as surrogate
    escapes); a member of an archive stands behind `!`: `lib/app.jar!conf/app.yml`. It is None
    where there is no file. `line` and `column` count from 1, in bytes of the outermost text;
    `end_column` is one past the last. `encoding` names what had to be undone, outermost first.
    `inline` is the reason of an inline allow comment that covers this place. `written_sha1` is the
    SHA-1 in hex of the value as it is written there, which a detect-secrets baseline knows it by.
    """

    origin: str
    path: str | None
    line: int
    column: int
    end_column: int
    encoding: tuple[str, ...] = ()
    object: str | None = None
    commit: Commit | None = None
    inline: str | None = None
    written_sha1: str | None = None  # the canonical value alone would miss other spellings


@dataclass(frozen=True, slots=True)
class Exposure:
    """A secret's life in history.

    `first` brought it, `last` is the newest commit that still has it, `refs` are the full names
    of the refs from which it can be reached (empty: none), `days` counts from `first` to the
    newest date at which it could still be read (now, while any ref or HEAD reaches it).
    `left` is the last commit in HEAD's history without it whose parent has it. It is None while
    HEAD has it, if HEAD never had it, and where not all of that history was read.
    """

    first: Commit | None
    last: Commit | None
    in_head: bool
    refs: tuple[str, ...]
    days: int | None
    left: Commit | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a secret is still of use, as Intercom says or the secret itself.

    `live-unscoped` is live and may not do what was asked of it; `blocked` is known to Intercom and
    refused for now; `unknown` is all that is not certain. `reason` is in words of this program.
    The rest is Intercom's answer where it told of it: the workspace's id, its name and its region,
    and the admin's address with all but a letter of the name masked.
    """

    state: State
    reason: str
    workspace: str | None = None
    name: str | None = None
    region: str | None = None
    admin: str | None = None

    @property
    def live(self) -> bool:
        return self.state in ("live", "live-unscoped")


@dataclass(frozen=True, slots=True)
class Finding:
    """One secret of one kind, with all its places; the first place is the one to show.

    Of a rule that is not confidential `secret` is what the rule speaks of, such as a path.
    `detail` says in words what is so there, `remedy` is a command that mends it.
    """

    rule: Rule
    secret: bytes = field(repr=False)
    severity: Severity
    confidence: Confidence
    places: tuple[Place, ...]
    places_total: int  # larger than len(places) where a limit cut the list
    exposure: Exposure | None = None
    status: Status = "new"
    reason: str | None = None  # why it is ignored
    remedy: str | None = None
    detail: str | None = None
    verification: Verification | None = None  # None where nobody asked

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.rule, self.secret)

    @property
    def redacted(self) -> str:
        if not self.rule.confidential:
            return self.secret.decode("utf-8", "surrogateescape")
        return redact(self.secret)


MISSING = "missing from the object store"  # why an object was not read that something names


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that was not read. `incomplete` says that the scan may not be called clean."""

    what: str
    reason: str
    incomplete: bool = True


@dataclass(frozen=True, slots=True)
class Permission:
    """A scope of a token: what Intercom answers, beside what is allowed and what the code calls.

    `scope` is its id, `name` the one of the Developer Hub. `reason` says why the answer is what it
    is, `probed` whether there is a request that shows it. `allowed` is None where the project says
    nothing of its scopes. `calls` are places of the code that need it, the first of `calls_total`.
    """

    scope: str
    name: str
    answer: Answered
    reason: str
    probed: bool
    allowed: bool | None
    calls: tuple[Place, ...] = ()
    calls_total: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check saw, in words, and where: a path and a line from 1, None where it is no file."""

    path: str | None
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A check of the audit with its answer; `mend` says what to do where that is no pass.

    `ignored` says that it fails, and that the policy lets all findings of it be.
    """

    id: str
    title: str
    answer: Answer
    evidence: tuple[Evidence, ...]
    mend: str | None = None
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class ScanResult:
    """A finished scan: what was read, what was not, what was found."""

    mode: str
    findings: tuple[Finding, ...]
    skipped: tuple[Skip, ...]
    commits: int
    objects: int  # git objects, or files outside of a history
    bytes: int
    seconds: float
    notes: tuple[str, ...] = ()  # remarks that concern neither a finding nor a skip
    permissions: tuple[Permission, ...] = ()  # of a token, where they were what was asked for
    checks: tuple[Checked, ...] = ()  # of an audit

    @property
    def complete(self) -> bool:
        return not any(skip.incomplete for skip in self.skipped)


@lru_cache(maxsize=1 << 16)  # all of a scan's: each is asked for once by every report
def fingerprint(rule: Rule, secret: bytes) -> str:
    """A 32-digit hex name of a secret that depends on its rule and canonical value alone.

    Random values of 122 bits and more cannot be guessed from a hash; a value under
    `intercom-credential` may be a password, so its hash is made slow (scrypt, 16 MiB).
    """
    import hashlib  # noqa: PLC0415 a scan without a finding need not load OpenSSL

    salt = b"intercom-scan:1:" + rule.id.encode()
    if rule.guessable:
        return hashlib.scrypt(secret, salt=salt, n=2**14, r=8, p=1, dklen=16).hex()
    return hashlib.sha256(salt + b"\0" + secret).hexdigest()[:32]


def redact(secret: bytes) -> str:
    """A constant-width stand-in: kind prefix at most, never a recoverable part of the value."""
    for prefix in (b"ios_sdk-", b"android_sdk-", b"dG9rO", b"eyJ"):
        if secret.startswith(prefix):
            return prefix.decode() + "********"
    return "********"
