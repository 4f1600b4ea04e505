"""The script of pages and templates: what it says, and on which line."""

from __future__ import annotations

import pytest

from intercom_scan.audit.signed.answering import answer
from intercom_scan.audit.signed.judging import WEBHOOK
from intercom_scan.audit.syntax import templates
from intercom_scan.audit.syntax.lowering import TooMuchError
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.syntax.parse import parse
from tests.audit.syntax.written import written
from tests.audit.texts import project

# By what the file's name ends in: the page, and what its script says, with lines.
PAGES = {
    "html": (
        """<!-- <script>hidden()</script> --><p>1 < 2</p>
<style>a > b { color: red }</style>
<script type="application/json">{"a": [1]}</script>
<script src="https://widget.intercom.io/widget/abc"></script>
<script>
  Intercom("boot", { app_id: "abc" });
</script>
<a href="#" onclick="Intercom('show')">Help</a>
""",
        {
            "4 script((object src: 'https://widget.intercom.io/widget/abc'))",
            "6 Intercom('boot', (object app_id: 'abc'))",
            "8 a((object href: '#' onClick: (function (params) (block (discard"
            " Intercom('show'))) _)))",
            "8 Intercom('show')",
        },
    ),
    "erb": (
        """<% if user_signed_in? %>
<script>
  window.intercomSettings = load({
    user_id: <%= current_user
      .id.to_json %>, name: "<%= name("x") %> of us",
    user_hash: "<%= digest %>" <%# not now() %>
  });
</script>
<% end %>
<%= intercom_script_tag(user_details: {}) -%>
""",
        {
            "3 load((object user_id: (inserted:current_user\n      .id.to_json"
            " current_user.id.to_json()) name: (template (inserted:name(\"x\") name('x'))"
            " ' of us') user_hash: (inserted:digest digest())))",
            "10 intercom_script_tag(user_details: (object))",
        },
    ),
    "blade.php": (
        """@php $hash = digest($id); @endphp
@auth
<script>
  @if (config('a'))
  Intercom('boot', { id: @json(auth()->id()), hash: "{{ $hash }}", b: {!! $b !!} }); {{-- no() --}}
  @endif
</script>
@endauth
""",
        {
            "1 digest(id)",
            "5 Intercom('boot', (object id: (inserted:auth()->id() auth().id())"
            " hash: (inserted:$hash hash) b: (inserted:$b b)))",
        },
    ),
    "php": (
        """<?php $a = load(); ?>
<script>
  boot("<?= $a ?>", <?php echo $b; ?>);
</script>
""",
        {"1 load()", "3 boot((inserted:$a a), (inserted:$b b))"},
    ),
    "twig": (
        """<script>
  {% if app.user %}
  boot({ id: "{{ app.user.id|e('js') }}", hash: {{- digest(app.user) | raw -}} }); {# no() #}
  {% endif %}
</script>
""",
        {
            "3 boot((object id: (inserted:app.user.id|e('js') app.user.id)"
            " hash: (inserted:digest(app.user) | raw digest(app.user))))",
        },
    ),
    "hbs": (
        """<script>
  {{#if user}} boot({{user.id}}, {{{hash}}}); {{/if}}
</script>
""",
        {"2 boot((inserted:user.id user.id), (inserted:hash hash))"},
    ),
    "ejs": (
        """<% if (user) { load(user); %>
<script>
  boot(<%- JSON.stringify(user) %>);
</script>
<% } %>
""",
        {"1 load(user)", "3 boot((inserted:JSON.stringify(user) JSON.stringify(user)))"},
    ),
    "js.erb": (
        "boot(\n  '<%= current_user.id %>');\n",
        {"1 boot((inserted:current_user.id current_user.id()))"},
    ),
    "vue": (
        """<template>
  <intercom-messenger v-if="on" :user-id="user.id" @ready="opened()"
    user-hash="a &amp; b" v-bind="more" disabled/>
  {{ shown() }}
</template>
<script setup lang="ts">
const user = inject<User>('user')!;
</script>
""",
        {
            "2 IntercomMessenger((object userId: user.id onReady: (function (params)"
            " (block (discard opened())) _) userHash: 'a & b' (other more) disabled: true))",
            "2 opened()",
            "7 inject('user')",
        },
    ),
    "svelte": (
        """<script>
  import Messenger from './Messenger.svelte';
</script>
{#if user}
  <Messenger {user} hash={digest({ id: 1 })} {...more} on:ready={go} label="{name}" b="a {c}" />
{/if}
""",
        {
            "5 Messenger((object user: user hash: digest((object id: 1)) (other more)"
            " onReady: go label: name b: 'a {c}'))",
            "5 digest((object id: 1))",
        },
    ),
    "astro": (
        "---\nconst user = load(Astro);\n---\n<Messenger user={user} client:load />\n",
        {"2 load(Astro)", "4 Messenger((object user: user client:load: true))"},
    ),
}


def calls(text: str, end: str) -> set[str]:
    """The calls that a page's code makes, but for those of what is inserted."""
    found: set[str] = set()
    waiting = [parse(text.encode(), end)]
    while waiting:
        node = waiting.pop()
        if node.kind == "call":
            found.add(f"{node.line} {written(node)}")
        if node.kind != "inserted":
            waiting.extend(node.parts)
    return found


@pytest.mark.parametrize("end", PAGES)
def test_the_script_of_a_page(end: str) -> None:
    text, wanted = PAGES[end]
    assert calls(text, end) >= wanted
    said = " ".join(calls(text, end))
    assert not any(word in said for word in ("hidden", "no()", "shown", "now()"))


def test_an_ending_says_which_kind_of_page() -> None:
    assert ending("app/views/a.html.erb") == "erb"
    assert ending("app/views/a.js.erb") == "js.erb"
    assert ending("views/a.blade.php") == "blade.php"
    assert ending("src/a.test.ts") == "ts"


@pytest.mark.parametrize("end", [*templates.FORMS, "php"])
@pytest.mark.parametrize("piece", ["<", '<a b="', "{{", "<%", "@json(", "<A :b={", "<!--", "<?"])
def test_marks_that_never_end(end: str, piece: str) -> None:
    """What is read twice for each would take minutes."""
    form = templates.FORMS.get(end, templates.PHP)
    for text in (piece * 20_000, "<script>" + piece * 20_000):
        try:
            code = templates.code(form)(text)
        except TooMuchError:
            continue
        assert len(code) < 40 * len(text)


def test_more_is_inserted_than_anybody_writes() -> None:
    with pytest.raises(TooMuchError):
        parse(b"<script>" + b"{{ a }};" * 3_000, "html")


def test_a_page_answers_no_webhooks() -> None:
    script = "<script>function main(a) { Intercom('notification_event', a.topic) }</script>"
    outcome = answer(project({"intercom/api/webhook.html": script}), WEBHOOK, "webhooks")
    assert outcome.answer == "not-applicable"
