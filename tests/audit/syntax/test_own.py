"""Which files are an application's own code."""

from __future__ import annotations

import pytest

from intercom_scan.audit.syntax.modules import is_own


@pytest.mark.parametrize("path", [
    "node_modules/a/index.js", "ios/Pods/Intercom/a.swift", ".svelte-kit/output/a.js",
    "public/app.min.js", "public/vendors.chunk.js", "public/assets/app-3f2a9c1d.js",
    "lib/models/user.g.dart", "lib/user.freezed.dart", ".nuxt/a.vue",
])  # fmt: skip
def test_what_others_wrote(path: str) -> None:
    assert not is_own(path)


@pytest.mark.parametrize("path", [
    "src/chunk.js", "src/bundle.ts", "lib/user.dart", "src/app-feedback.js", "podcasts/a.swift",
    "app/views/a.html.erb", "src/webhook-20240101x.js", "nuxt/plugins/a.vue",
])  # fmt: skip
def test_what_is_the_projects_own(path: str) -> None:
    assert is_own(path)
