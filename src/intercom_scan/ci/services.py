"""The services that are known, each by the variables that it documents.

All but GitHub tell in variables what there is to know, so that a row is all that they need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from intercom_scan.ci import github
from intercom_scan.ci.model import DEFAULT_BRANCH, MODES, Choice, Plan, branch_ref, found, object_id
from intercom_scan.values import dataclass

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """A service, and the names of its variables; the first that is set counts.

    `sign` is set there alone; where it is "" nothing is known and nothing is fetched. `checkout`
    is the directory that the service cloned into, `fix` the two lines of its configuration that
    make the clone whole. `request` says that the job is for a merge request, `bases` and `target`
    the commit and branch that this goes to, `change` its own head. `before` is what a push
    replaces, `default` the default branch. `planned` takes the place of all these. `actor` is who
    started the job, as the service calls them.
    """

    name: str
    title: str
    sign: str
    checkout: str
    fix: tuple[str, str]
    head: tuple[str, ...] = ()
    branch: tuple[str, ...] = ()
    repository: tuple[str, ...] = ()
    request: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    planned: Callable[[Environment, Choice], Plan] | None = None
    actor: tuple[str, ...] = ()

    def plan(self, environment: Environment, choice: Choice) -> Plan:
        """What this job's event asks for."""
        if self.planned is not None:
            return self.planned(environment, choice)

        def first(names: tuple[str, ...]) -> str | None:
            return next((environment[name] for name in names if environment.get(name)), None)

        request = first(self.request) is not None
        since, branch = (self.bases, self.target) if request else (self.before, self.default)
        reason = "a merge request" if request else "a branch or tag"
        return Plan(
            MODES[choice],
            reason if self.sign else "no service that is known",
            bases=found(object_id(first(since)), branch_ref(first(branch)), DEFAULT_BRANCH),
            head=object_id(first(self.head)),
            change=object_id(first(self.change)) if request else None,
            policy="base" if request else "head",
            repository=first(self.repository),
            branch=first(self.branch),
        )

    def place(self, environment: Environment) -> Path | None:
        """The directory that the service cloned into, if it says so."""
        text = environment.get(self.checkout, "")
        return Path(text).expanduser() if text else None


PLAIN = Service("plain", "plain", "", "", ("git fetch --unshallow", "git fetch --refetch"))

# https://docs.github.com/en/actions/reference/workflows-and-actions/variables
GITHUB = Service(
    "github", "GitHub Actions", "GITHUB_ACTIONS", "GITHUB_WORKSPACE",
    ("with:", "  fetch-depth: 0"), planned=github.planned, actor=("GITHUB_ACTOR",),
)  # fmt: skip

# https://docs.gitlab.com/ci/variables/predefined_variables/
GITLAB = Service(
    "gitlab", "GitLab CI", "GITLAB_CI", "CI_PROJECT_DIR", ("variables:", '  GIT_DEPTH: "0"'),
    head=("CI_COMMIT_SHA",), branch=("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_BRANCH"),
    repository=("CI_PROJECT_URL",), request=("CI_MERGE_REQUEST_IID",),
    # Of the target's tip, which not all merge requests have; where they part from it all do.
    bases=("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"),
    target=("CI_MERGE_REQUEST_TARGET_BRANCH_NAME",),
    change=("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",),
    before=("CI_COMMIT_BEFORE_SHA",), default=("CI_DEFAULT_BRANCH",), actor=("GITLAB_USER_LOGIN",),
)  # fmt: skip

# https://circleci.com/docs/reference/variables/. It does not say where a pull request goes to.
CIRCLECI = Service(
    "circleci", "CircleCI", "CIRCLECI", "CIRCLE_WORKING_DIRECTORY",
    ("- checkout:", "    method: full"),
    head=("CIRCLE_SHA1",), branch=("CIRCLE_BRANCH",), repository=("CIRCLE_REPOSITORY_URL",),
    request=("CIRCLE_PULL_REQUEST", "CIRCLE_PULL_REQUESTS"), actor=("CIRCLE_USERNAME",),
)  # fmt: skip

# https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables and
# https://plugins.jenkins.io/git/#plugin-content-environment-variables and, for who it was,
# https://plugins.jenkins.io/build-user-vars-plugin/
JENKINS = Service(
    "jenkins", "Jenkins", "JENKINS_URL", "WORKSPACE",
    ("checkout scmGit(branches: scm.branches, userRemoteConfigs: scm.userRemoteConfigs,",
     "  extensions: [cloneOption(shallow: false)])"),
    head=("GIT_COMMIT",), branch=("CHANGE_BRANCH", "BRANCH_NAME"), repository=("GIT_URL",),
    request=("CHANGE_ID",), target=("CHANGE_TARGET",), before=("GIT_PREVIOUS_COMMIT",),
    actor=("BUILD_USER_ID",),
)  # fmt: skip

# https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
AZURE = Service(
    "azure", "Azure Pipelines", "TF_BUILD", "BUILD_SOURCESDIRECTORY",
    ("- checkout: self", "  fetchDepth: 0"),
    head=("BUILD_SOURCEVERSION",), branch=("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"),
    repository=("BUILD_REPOSITORY_URI",), request=("SYSTEM_PULLREQUEST_PULLREQUESTID",),
    target=("SYSTEM_PULLREQUEST_TARGETBRANCH",), change=("SYSTEM_PULLREQUEST_SOURCECOMMITID",),
    actor=("BUILD_REQUESTEDFOR",),
)  # fmt: skip

# https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
BITBUCKET = Service(
    "bitbucket", "Bitbucket Pipelines", "BITBUCKET_BUILD_NUMBER", "BITBUCKET_CLONE_DIR",
    ("clone:", "  depth: full"),
    head=("BITBUCKET_COMMIT",), branch=("BITBUCKET_BRANCH",),
    repository=("BITBUCKET_GIT_HTTP_ORIGIN",), request=("BITBUCKET_PR_ID",),
    bases=("BITBUCKET_PR_DESTINATION_COMMIT",), target=("BITBUCKET_PR_DESTINATION_BRANCH",),
    change=("BITBUCKET_COMMIT",), actor=("BITBUCKET_STEP_TRIGGERER_UUID",),
)  # fmt: skip

SERVICES = {
    service.name: service
    for service in (GITHUB, GITLAB, CIRCLECI, JENKINS, AZURE, BITBUCKET, PLAIN)
}


def recognised(environment: Environment) -> Service:
    """The service that this job runs on; the last one, which knows nothing, where none is."""
    return next(s for s in SERVICES.values() if not s.sign or environment.get(s.sign))
