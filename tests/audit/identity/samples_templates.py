"""Pages that a server fills in, and ways to leave the proof out."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

ERB = Sample(
    {
        "app/views/layouts/_messenger.html.erb": """
<% if user_signed_in? %>
  <script>
    window.intercomSettings = {
      app_id: "<%= ENV['INTERCOM_APP_ID'] %>",
      user_id: "<%= current_user.id %>",
      name: <%= current_user.name.to_json.html_safe %>,
      email: <%= current_user.email.to_json.html_safe %>,
      user_hash: "<%= intercom_digest %>"
    };
  </script>
<% else %>
  <script>
    window.intercomSettings = { app_id: "<%= ENV['INTERCOM_APP_ID'] %>" };
  </script>
<% end %>
<script src="/javascripts/messenger.js" async></script>
""",
        "app/helpers/application_helper.rb": """
module ApplicationHelper
  def title(text)
    content_for(:title) { text }
  end

  def intercom_digest
    key = ENV.fetch("INTERCOM_IDENTITY_SECRET")
    OpenSSL::HMAC.hexdigest("sha256", key, current_user.id.to_s)
  end
end
""",
    },
    {
        "no hash": ('      user_hash: "<%= intercom_digest %>"\n', "", "given with no"),
        "empty": ('"<%= intercom_digest %>"', '""', "is empty"),
        "parameter": ("key, current_user.id.to_s", "key, params[:id].to_s", "the caller chooses"),
    },
)

DJANGO = Sample(
    {
        "templates/base.html": """
<!doctype html>
<html lang="en">
  <head><title>{% block title %}Shop{% endblock %}</title></head>
  <body>
    {% block content %}{% endblock %}
    {% if request.user.is_authenticated %}
    <script>
      window.intercomSettings = {
        app_id: "{{ INTERCOM_APP_ID }}",
        user_id: "{{ request.user.pk }}",
        email: "{{ request.user.email|escapejs }}",
        user_hash: "{{ intercom_user_hash }}"
      };
    </script>
    {% endif %}
  </body>
</html>
"""
    },
    {
        "no hash": ('        user_hash: "{{ intercom_user_hash }}"\n', "", "given with no"),
        "literal": ('"{{ intercom_user_hash }}"', '"not" + "yet"', "stands in the code"),
    },
)

BLADE = Sample(
    {
        "resources/views/partials/intercom.blade.php": """
@auth
<script>
  window.Intercom('boot', {
    app_id: @json(config('services.intercom.app_id')),
    user_id: "{{ auth()->id() }}",
    email: "{{ auth()->user()->email }}",
    intercom_user_jwt: "{{ $messengerToken }}",
  });
</script>
@else
<script>
  window.Intercom('boot', { app_id: @json(config('services.intercom.app_id')) });
</script>
@endauth
"""
    },
    {
        "no token": ('    intercom_user_jwt: "{{ $messengerToken }}",\n', "", "given with no"),
        "empty": ('"{{ $messengerToken }}"', "''", "is empty"),
    },
)

TWIG = Sample(
    {
        "templates/layout.html.twig": """
{% block body %}{% endblock %}
{% if app.user %}
<script>
  window.intercomSettings = {
    app_id: '{{ intercom_app_id }}',
    email: '{{ app.user.email|e('js') }}',
    user_hash: '{{ intercom_hash }}',
  };
</script>
{% endif %}
"""
    },
    {"no hash": ("    user_hash: '{{ intercom_hash }}',\n", "", "given with no")},
)

EJS = Sample(
    {
        "views/partials/chat.ejs": """
<% if (locals.member) { %>
<script>
  window.intercomSettings = {
    app_id: '<%= appId %>',
    user_id: '<%= member.id %>',
    user_hash: '<%= memberHash %>',
  };
</script>
<% } %>
"""
    },
    {
        "no hash": ("    user_hash: '<%= memberHash %>',\n", "", "given with no"),
        "empty": ("'<%= memberHash %>'", "''", "is empty"),
    },
)

VUE = Sample(
    {
        "src/components/SupportChat.vue": """
<template>
  <button type="button" class="chat" @click="open">Talk to us</button>
</template>

<script setup lang="ts">
import { onUnmounted, watchEffect } from 'vue';
import { useIntercom } from 'vue-use-intercom';
import type { Member } from '@/types';

const props = defineProps<{ member: Member | null }>();
const { boot, show, shutdown } = useIntercom();

watchEffect(() => {
  if (props.member) {
    boot({
      userId: props.member.id,
      email: props.member.email,
      userHash: props.member.supportHash,
    });
  }
});

const open = () => show();
onUnmounted(() => shutdown());
</script>
"""
    },
    {
        "no hash": ("      userHash: props.member.supportHash,\n", "", "given with no"),
        "literal": ("props.member.supportHash", "'none'", "stands in the code"),
    },
)

SVELTE = Sample(
    {
        "src/lib/Chat.svelte": """
<script>
  import { onMount } from 'svelte';
  import Intercom, { shutdown } from '@intercom/messenger-js-sdk';

  export let member;
  export let token;

  onMount(() => {
    Intercom({
      app_id: import.meta.env.VITE_INTERCOM_APP_ID,
      user_id: member.id,
      email: member.email,
      intercom_user_jwt: token,
    });
    return shutdown;
  });
</script>

<p>Signed in as {member.email}</p>
"""
    },
    {
        "no token": ("      intercom_user_jwt: token,\n", "", "given with no"),
        "empty": ("intercom_user_jwt: token", "intercom_user_jwt: null", "is empty"),
    },
)

SAMPLES = {
    "ERB": ERB,
    "a template of Django": DJANGO,
    "Blade": BLADE,
    "Twig": TWIG,
    "EJS": EJS,
    "a component of Vue": VUE,
    "Svelte": SVELTE,
}
