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
_CHECKOUT = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"

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
      - uses: {URL.removeprefix("https://github.com/")}@{REV}
"""
