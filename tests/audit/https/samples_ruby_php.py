"""Clients of Intercom in Ruby and PHP that check whom they talk to."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

RUBY = Sample(
    {
        "app/services/intercom_export.rb": """
require "net/http"
require "json"

class ConversationExport
  BASE = URI("https://api.intercom.io")

  def initialize(token = ENV.fetch("INTERCOM_ACCESS_TOKEN"))
    @token = token
  end

  def fetch(id)
    http = Net::HTTP.new(BASE.host, BASE.port)
    http.use_ssl = true
    http.verify_mode = OpenSSL::SSL::VERIFY_PEER
    request = Net::HTTP::Get.new("/conversations/#{id}")
    request["Authorization"] = "Bearer #{@token}"
    response = http.request(request)
    raise "Intercom answered #{response.code}" unless response.is_a?(Net::HTTPSuccess)
    JSON.parse(response.body)
  end
end
""",
        "config/initializers/redis.rb": """
REDIS = Redis.new(
  url: ENV["REDIS_URL"],
  ssl_params: { verify_mode: OpenSSL::SSL::VERIFY_NONE },
)
""",
    },
    {
        "none": ("VERIFY_PEER", "VERIFY_NONE", "VERIFY_NONE"),
        "api": ('URI("https://', 'URI("http://', "without encryption"),
    },
)


FARADAY = Sample(
    {
        "lib/intercom/api.rb": """
require "faraday"

module Intercom
  class Api
    CALLBACK = "https://www.acme.io/auth/intercom/callback"

    def connection
      @connection ||= Faraday.new(url: "https://api.intercom.io") do |faraday|
        faraday.request :authorization, "Bearer", ENV.fetch("INTERCOM_ACCESS_TOKEN")
        faraday.request :json
        faraday.response :json
        faraday.options.timeout = 10
        faraday.adapter Faraday.default_adapter
      end
    end

    def admins
      connection.get("/admins").body["admins"]
    end
  end
end
"""
    },
    {
        "option": (
            'Faraday.new(url: "https://api.intercom.io")',
            'Faraday.new(url: "https://api.intercom.io", ssl: { verify: false })',
            "verify is false",
        ),
        "callback": ('"https://www', '"http://www', "sends people"),
        "api": ('url: "https://', 'url: "http://', "without encryption"),
    },
)


LARAVEL = Sample(
    {
        "app/Services/IntercomService.php": """<?php

namespace App\\Services;

use Illuminate\\Support\\Facades\\Http;
use Illuminate\\Support\\Facades\\Log;

class IntercomService
{
    private const API = 'https://api.intercom.io';

    public function __construct(private string $token)
    {
    }

    public function findContact(string $id): array
    {
        $answer = Http::withToken($this->token)
            ->timeout(10)
            ->get(self::API . '/contacts/' . $id);
        Log::info('intercom contact read', ['id' => $id, 'status' => $answer->status()]);

        return $answer->throw()->json();
    }

    public function redirectUri(): string
    {
        return 'https://shop.acme.io/intercom/callback';
    }
}
"""
    },
    {
        "without": ("->timeout(10)", "->withoutVerifying()", "withoutVerifying"),
        "options": ("->timeout(10)", "->withOptions(['verify' => false])", "verify is false"),
        "api": ("'https://api", "'http://api", "without encryption"),
        "redirect": ("'https://shop", "'http://shop", "sends people"),
    },
)


CURL = Sample(
    {
        "src/intercom.php": """<?php

function intercom_get(string $path): array
{
    $handle = curl_init('https://api.intercom.io' . $path);
    curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
    curl_setopt($handle, CURLOPT_SSL_VERIFYPEER, true);
    curl_setopt($handle, CURLOPT_TIMEOUT, 10);
    curl_setopt($handle, CURLOPT_HTTPHEADER, [
        'Authorization: Bearer ' . getenv('INTERCOM_ACCESS_TOKEN'),
        'Accept: application/json',
    ]);
    $body = curl_exec($handle);
    if ($body === false) {
        throw new RuntimeException('Intercom did not answer');
    }
    curl_close($handle);

    return json_decode($body, true);
}
"""
    },
    {
        "peer": (
            "SSL_VERIFYPEER, true", "SSL_VERIFYPEER, false", "CURLOPT_SSL_VERIFYPEER is false",
        ),
        "host": (
            "SSL_VERIFYPEER, true", "SSL_VERIFYHOST, 0", "CURLOPT_SSL_VERIFYHOST is 0",
        ),
        "api": ("'https://api", "'http://api", "without encryption"),
    },
)  # fmt: skip

SAMPLES = {"ruby": RUBY, "faraday": FARADAY, "laravel": LARAVEL, "curl": CURL}
