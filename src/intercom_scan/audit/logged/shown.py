"""What `explain audit-logging` shows: a contact is deleted, and a log says so, or says too much."""

from __future__ import annotations

from intercom_scan.audit.model import sample

_NODE = """\
const { IntercomClient } = require('intercom-client');
const logger = require('./logger');

const client = new IntercomClient({ token: process.env.INTERCOM_ACCESS_TOKEN });

exports.forget = async (contactId, actor) => {
  await client.contacts.delete({ contact_id: contactId });
  logger.info('contact deleted', { contactId, actor: actor.id });
};
"""
_PYTHON = """\
import logging
import os

from intercom import Intercom

log = logging.getLogger(__name__)
client = Intercom(token=os.environ["INTERCOM_ACCESS_TOKEN"])


def forget(contact_id, actor):
    client.contacts.delete_contact(contact_id)
    log.info("contact %s deleted by %s", contact_id, actor.id)
"""
_RUBY = """\
require "intercom"

class IntercomContacts
  def initialize
    @intercom = Intercom::Client.new(token: ENV.fetch("INTERCOM_ACCESS_TOKEN"))
  end

  def forget(id, actor)
    @intercom.contacts.delete(@intercom.contacts.find(id: id))
    Rails.logger.info("intercom contact #{id} deleted by #{actor.id}")
  end
end
"""
_PHP = """\
<?php

use Illuminate\\Support\\Facades\\Http;
use Illuminate\\Support\\Facades\\Log;

class IntercomContacts
{
    public function forget(string $id, int $actor): void
    {
        $answer = Http::withToken(config('services.intercom.token'))
            ->delete('https://api.intercom.io/contacts/' . $id);
        Log::info('contact deleted', ['contact' => $id, 'actor' => $actor]);
    }
}
"""
_GO = """\
package support

import (
	"log/slog"
	"net/http"
	"os"
)

func Forget(id string, actor string) error {
	request, err := http.NewRequest("DELETE", "https://api.intercom.io/contacts/"+id, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("INTERCOM_ACCESS_TOKEN"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	slog.Info("contact deleted", "id", id, "actor", actor, "status", response.StatusCode)
	return response.Body.Close()
}
"""
_JAVA = """\
import com.intercom.api.Intercom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class IntercomContacts {
    private static final Logger log = LoggerFactory.getLogger(IntercomContacts.class);
    private final Intercom intercom = Intercom.builder()
        .token(System.getenv("INTERCOM_ACCESS_TOKEN"))
        .build();

    public void forget(String id, String actor) {
        intercom.contacts().delete(id);
        log.info("contact {} deleted by {}", id, actor);
    }
}
"""
_KOTLIN = """\
import com.intercom.api.Intercom
import org.slf4j.LoggerFactory

class IntercomContacts {
    private val log = LoggerFactory.getLogger(IntercomContacts::class.java)
    private val intercom = Intercom.builder()
        .token(System.getenv("INTERCOM_ACCESS_TOKEN"))
        .build()

    fun forget(id: String, actor: String) {
        intercom.contacts().delete(id)
        log.info("contact {} deleted by {}", id, actor)
    }
}
"""
_CSHARP = """\
using System.Net.Http.Headers;

public class IntercomContacts(HttpClient client, ILogger<IntercomContacts> logger)
{
    public async Task Forget(string id, string actor)
    {
        var token = Environment.GetEnvironmentVariable("INTERCOM_ACCESS_TOKEN");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await client.DeleteAsync($"https://api.intercom.io/contacts/{id}");
        logger.LogInformation("Contact {Id} deleted by {Actor}", id, actor);
    }
}
"""

# Language, file, code, and what unsafe code has in place of a piece of it.
_TABLE = (
    ("JavaScript", "contacts.js", _NODE, "{ contactId, actor: actor.id }",
     "{ token: process.env.INTERCOM_ACCESS_TOKEN }"),
    ("Python", "contacts.py", _PYTHON,
     '    log.info("contact %s deleted by %s", contact_id, actor.id)\n', ""),
    ("Ruby", "contacts.rb", _RUBY,
     '    Rails.logger.info("intercom contact #{id} deleted by #{actor.id}")\n', ""),
    ("PHP", "contacts.php", _PHP, "['contact' => $id, 'actor' => $actor]",
     "['token' => config('services.intercom.token')]"),
    ("Go", "contacts.go", _GO, '"status", response.StatusCode',
     '"token", os.Getenv("INTERCOM_ACCESS_TOKEN")'),
    ("Java", "IntercomContacts.java", _JAVA,
     '        log.info("contact {} deleted by {}", id, actor);\n', ""),
    ("Kotlin", "IntercomContacts.kt", _KOTLIN,
     '        log.info("contact {} deleted by {}", id, actor)\n', ""),
    ("C#", "IntercomContacts.cs", _CSHARP, '"Contact {Id} deleted by {Actor}", id, actor',
     '"Contact {Id} deleted with {Token}", id, token'),
)  # fmt: skip
SAMPLES = tuple(sample(*row) for row in _TABLE)
