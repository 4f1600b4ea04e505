"""The files that a repository starts with."""

from __future__ import annotations

from intercom_scan.setup.precommit import REV, URL

# Changes nothing: what is in force is one empty list, so that a schema has something to check.
CONFIG = """\
# What intercom-scan is to know of this repository. All of it may be left out; these are examples.
# `intercom-scan ignore FINGERPRINT --reason TEXT` lets one finding be, in .intercom-scan/ignores.

# The severity of a kind; `intercom-scan rules` lists them.
# severities:
#   intercom-mobile-sdk-key: low

# Where findings are ignored. The files are still read.
# paths:
#   exclude:
#     - path: tests/fixtures/**
#       reason: values that the test suite made up

# More names that Intercom credentials go by here, such as ACME_CHAT_TOKEN.
names: []
"""

# Of actions/checkout; a tag can be moved, a commit can not:
# https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
_CHECKOUT = "1af3b93b6815bc44a9784bd300feb67ff0d1eeb3 # v6.0.0"

WORKFLOW = f"""\
name: intercom-scan
on: [push, pull_request, merge_group]
permissions:
  contents: read
jobs:
  intercom-scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@{_CHECKOUT}
        with:
          fetch-depth: 0 # the whole history
          persist-credentials: false
      - name: Install
        run: |
          python3 -m venv "$RUNNER_TEMP/scanner"
          "$RUNNER_TEMP/scanner/bin/pip" install --quiet "intercom-scan @ git+{URL}@{REV}"
      - name: Scan
        run: '"$RUNNER_TEMP/scanner/bin/intercom-scan" --all-history'
"""
