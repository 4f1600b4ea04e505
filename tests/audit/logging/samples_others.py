"""Code in Ruby, PHP, Go, Java, Kotlin and C# that logs what it does with Intercom, and no more."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

RUBY = Sample(
    {
        "app/services/intercom_contacts.rb": """
require "intercom"

class IntercomContacts
  def initialize
    @intercom = Intercom::Client.new(token: ENV.fetch("INTERCOM_ACCESS_TOKEN"))
  end

  def forget(id, actor:)
    contact = @intercom.contacts.find(id: id)
    @intercom.contacts.delete(contact)
    Rails.logger.info("intercom contact #{id} deleted by #{actor.id}")
  rescue Intercom::IntercomError => e
    Rails.logger.error("intercom contact #{id} not deleted: #{e.class}")
    raise
  end

  def archive(id)
    contact = @intercom.contacts.find(id: id)
    @intercom.contacts.archive(contact)
    Rails.logger.info("intercom contact #{id} archived")
  end
end
"""
    },
    {
        "silent": (
            '    Rails.logger.info("intercom contact #{id} deleted by #{actor.id}")\n',
            "",
            "changes something at Intercom, and only its failure",
        ),
        "never": (
            '    Rails.logger.info("intercom contact #{id} archived")\n',
            "",
            "changes something at Intercom, and no log",
        ),
        "token": (
            'Rails.logger.info("intercom contact #{id} archived")',
            "Rails.logger.info(\"archived with #{ENV['INTERCOM_ACCESS_TOKEN']}\")",
            "logs a credential",
        ),
    },
)

PHP = Sample(
    {
        "app/Services/SupportContacts.php": """<?php

namespace App\\Services;

use Illuminate\\Support\\Facades\\Http;
use Illuminate\\Support\\Facades\\Log;

class SupportContacts
{
    private const API = 'https://api.intercom.io';

    public function forget(string $id, int $actor): void
    {
        $answer = Http::withToken(config('services.intercom.token'))
            ->delete(self::API . '/contacts/' . $id);
        Log::info('intercom contact deleted', [
            'contact' => $id,
            'actor' => $actor,
            'status' => $answer->status(),
        ]);
    }

    public function note(string $id, string $text): void
    {
        $answer = Http::withToken(config('services.intercom.token'))
            ->post(self::API . "/contacts/{$id}/notes", ['body' => $text]);
        Log::info('intercom note added', ['contact' => $id, 'status' => $answer->status()]);
    }
}
"""
    },
    {
        "silent": (
            "        Log::info('intercom note added', ['contact' => $id, 'status' =>"
            " $answer->status()]);\n",
            "",
            "changes something at Intercom, and no log",
        ),
        "token": (
            "['contact' => $id, 'status' => $answer->status()]",
            "['contact' => $id, 'token' => config('services.intercom.token')]",
            "logs a credential",
        ),
    },
)

GO = Sample(
    {
        "internal/support/contacts.go": """package support

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
)

const api = "https://api.intercom.io"

func Forget(ctx context.Context, id string, actor string) error {
	request, err := http.NewRequestWithContext(ctx, "DELETE", api+"/contacts/"+id, nil)
	if err != nil {
		return fmt.Errorf("contact %s: %w", id, err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("INTERCOM_ACCESS_TOKEN"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("contact %s: %w", id, err)
	}
	defer response.Body.Close()
	slog.Info("intercom contact deleted", "id", id, "actor", actor, "status", response.StatusCode)
	return nil
}
"""
    },
    {
        "silent": (
            '\tslog.Info("intercom contact deleted", "id", id, "actor", actor, "status",'
            " response.StatusCode)\n",
            "",
            "changes something at Intercom, and no log",
        ),
        "token": (
            '"status", response.StatusCode)',
            '"token", os.Getenv("INTERCOM_ACCESS_TOKEN"))',
            "logs a credential",
        ),
    },
)

JAVA = Sample(
    {
        "src/main/java/io/acme/support/Contacts.java": """package io.acme.support;

import com.intercom.api.Intercom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

@Service
public class Contacts {
    private static final Logger log = LoggerFactory.getLogger(Contacts.class);
    private final Intercom intercom = Intercom.builder()
        .token(System.getenv("INTERCOM_ACCESS_TOKEN"))
        .build();

    public void forget(String id, String actor) {
        intercom.contacts().delete(id);
        log.info("contact {} deleted by {}", id, actor);
    }

    public void archive(String id) {
        try {
            intercom.contacts().archive(id);
            log.info("contact {} archived", id);
        } catch (RuntimeException e) {
            log.error("contact {} not archived", id);
            throw e;
        }
    }
}
"""
    },
    {
        "silent": (
            '        log.info("contact {} deleted by {}", id, actor);\n',
            "",
            "changes something at Intercom, and no log",
        ),
        "failure": (
            '            log.info("contact {} archived", id);\n',
            "",
            "only its failure is logged",
        ),
        "token": (
            'deleted by {}", id, actor)',
            'deleted with {}", id, System.getenv("INTERCOM_ACCESS_TOKEN"))',
            "logs a credential",
        ),
    },
)

KOTLIN = Sample(
    {
        "src/main/kotlin/io/acme/support/Contacts.kt": """package io.acme.support

import com.intercom.api.Intercom
import org.slf4j.LoggerFactory

class Contacts {
    private val log = LoggerFactory.getLogger(Contacts::class.java)
    private val intercom = Intercom.builder()
        .token(System.getenv("INTERCOM_ACCESS_TOKEN"))
        .build()

    fun forget(id: String, actor: String) {
        intercom.contacts().delete(id)
        log.info("contact {} deleted by {}", id, actor)
    }

    fun merge(from: String, into: String) {
        intercom.contacts().mergeLeadInUser(from, into)
        log.info("contact $from merged into $into")
    }
}
"""
    },
    {
        "silent": (
            '        log.info("contact {} deleted by {}", id, actor)\n',
            "",
            "changes something at Intercom, and no log",
        ),
        "token": (
            'log.info("contact $from merged into $into")',
            'log.info("merged with ${System.getenv("INTERCOM_ACCESS_TOKEN")}")',
            "logs a credential",
        ),
    },
)

CSHARP = Sample(
    {
        "src/Support/Contacts.cs": """using System;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Acme.Support
{
    public class Contacts
    {
        private const string Api = "https://api.intercom.io";
        private readonly HttpClient client;
        private readonly ILogger<Contacts> logger;

        public Contacts(HttpClient client, ILogger<Contacts> logger)
        {
            this.client = client;
            this.logger = logger;
        }

        public async Task Forget(string id, string actor)
        {
            var answer = await client.DeleteAsync($"{Api}/contacts/{id}");
            logger.LogInformation("contact {Id} deleted by {Actor}: {Status}", id, actor,
                answer.StatusCode);
        }
    }
}
"""
    },
    {
        "silent": (
            'logger.LogInformation("contact {Id} deleted by {Actor}: {Status}", id, actor,',
            "Notify(id, actor,",
            "changes something at Intercom, and no log",
        ),
        "token": (
            "answer.StatusCode);",
            'Environment.GetEnvironmentVariable("INTERCOM_ACCESS_TOKEN"));',
            "logs a credential",
        ),
    },
)

GATEWAY = Sample(
    {
        "app/gateways/intercom_gateway.rb": """
class IntercomGateway
  def rename(id, name)
    contact = client.contacts.find(id: id)
    contact.name = name
    client.contacts.save(contact)
    logger.info("contact #{id} renamed")
  end

  private

  def client
    @client ||= Intercom::Client.new(options)
  end

  def options
    { token: Settings.intercom_token }
  end
end
"""
    },
    {
        "silent": (
            '    logger.info("contact #{id} renamed")\n',
            "",
            "changes something at Intercom, and no log",
        ),
    },
)

SAMPLES = {
    "ruby": RUBY,
    "ruby-method": GATEWAY,
    "php": PHP,
    "go": GO,
    "java": JAVA,
    "kotlin": KOTLIN,
    "csharp": CSHARP,
}
