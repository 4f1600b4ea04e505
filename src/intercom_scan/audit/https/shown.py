"""What `explain https-only` shows: clients of Intercom's API, and how each is made unsafe."""

from __future__ import annotations

from intercom_scan.audit.model import sample

_NODE = """\
const https = require('https');
const axios = require('axios');

const intercom = axios.create({
  baseURL: 'https://api.intercom.io',
  httpsAgent: new https.Agent({ keepAlive: true }),
  headers: { Authorization: `Bearer ${process.env.INTERCOM_ACCESS_TOKEN}` },
});

exports.findContact = (id) => intercom.get(`/contacts/${id}`);
"""
_PYTHON = """\
import os

import requests

session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['INTERCOM_ACCESS_TOKEN']}"


def find_contact(contact_id):
    return session.get(f"https://api.intercom.io/contacts/{contact_id}", timeout=10).json()
"""
_RUBY = """\
require "net/http"

def find_contact(id)
  uri = URI("https://api.intercom.io/contacts/#{id}")
  http = Net::HTTP.new(uri.host, uri.port)
  http.use_ssl = true
  http.verify_mode = OpenSSL::SSL::VERIFY_PEER
  http.get(uri.path, "Authorization" => "Bearer #{ENV.fetch('INTERCOM_ACCESS_TOKEN')}")
end
"""
_PHP = """\
<?php

use GuzzleHttp\\Client;

function findContact(string $id): array
{
    $client = new Client(['base_uri' => 'https://api.intercom.io', 'timeout' => 10]);
    $answer = $client->get("/contacts/$id", [
        'headers' => ['Authorization' => 'Bearer ' . getenv('INTERCOM_ACCESS_TOKEN')],
    ]);
    return json_decode((string) $answer->getBody(), true);
}
"""
_GO = """\
package support

import (
	"crypto/tls"
	"net/http"
	"os"
)

var client = &http.Client{Transport: &http.Transport{
	TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
}}

func FindContact(id string) (*http.Response, error) {
	request, err := http.NewRequest("GET", "https://api.intercom.io/contacts/"+id, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("INTERCOM_ACCESS_TOKEN"))
	return client.Do(request)
}
"""
_JAVA = """\
import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;

class IntercomContacts {
    private final OkHttpClient client = new OkHttpClient.Builder()
        .retryOnConnectionFailure(true)
        .build();

    String find(String id) throws IOException {
        Request request = new Request.Builder()
            .url("https://api.intercom.io/contacts/" + id)
            .header("Authorization", "Bearer " + System.getenv("INTERCOM_ACCESS_TOKEN"))
            .build();
        return client.newCall(request).execute().body().string();
    }
}
"""
_KOTLIN = """\
import okhttp3.OkHttpClient
import okhttp3.Request

class IntercomContacts(private val token: String) {
    private val client = OkHttpClient.Builder()
        .retryOnConnectionFailure(true)
        .build()

    fun find(id: String): String? {
        val request = Request.Builder()
            .url("https://api.intercom.io/contacts/$id")
            .header("Authorization", "Bearer $token")
            .build()
        return client.newCall(request).execute().use { it.body?.string() }
    }
}
"""
_CSHARP = """\
using System.Net.Http.Headers;

public class IntercomContacts
{
    private readonly HttpClient client = new(new HttpClientHandler
    {
        AllowAutoRedirect = false,
    });

    public Task<string> Find(string id)
    {
        var token = Environment.GetEnvironmentVariable("INTERCOM_ACCESS_TOKEN");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client.GetStringAsync($"https://api.intercom.io/contacts/{id}");
    }
}
"""
_SWIFT = """\
import Foundation

struct SupportHash {
    // The server has Intercom's secret, and makes the hash for whoever is logged in.
    func load() async throws -> String {
        let url = URL(string: "https://app.example.com/intercom/user-hash")!
        let (data, _) = try await URLSession.shared.data(from: url)
        return String(decoding: data, as: UTF8.self)
    }
}
"""
_DART = """\
import 'dart:io';

import 'package:intercom_flutter/intercom_flutter.dart';

// The server has Intercom's secret, and makes the hash for whoever is logged in.
Future<void> login(String userId) async {
  final client = HttpClient();
  client.connectionTimeout = const Duration(seconds: 10);
  final request = await client.getUrl(Uri.parse('https://app.example.com/intercom/user-hash'));
  final hash = await readText(await request.close());
  await Intercom.instance.setUserHash(hash);
  await Intercom.instance.loginIdentifiedUser(userId: userId);
}
"""

# Language, file, code, and what an unsafe client has in place of a piece of it.
_TABLE = (
    ("JavaScript", "client.js", _NODE, "keepAlive: true", "rejectUnauthorized: false"),
    ("Python", "client.py", _PYTHON, "timeout=10", "verify=False, timeout=10"),
    ("Ruby", "client.rb", _RUBY, "VERIFY_PEER", "VERIFY_NONE"),
    ("PHP", "client.php", _PHP, "'timeout' => 10", "'verify' => false"),
    ("Go", "client.go", _GO, "MinVersion: tls.VersionTLS12", "InsecureSkipVerify: true"),
    ("Java", "IntercomContacts.java", _JAVA, ".retryOnConnectionFailure(true)",
     ".hostnameVerifier((host, session) -> true)"),
    ("Kotlin", "IntercomContacts.kt", _KOTLIN, ".retryOnConnectionFailure(true)",
     ".hostnameVerifier { _, _ -> true }"),
    ("C#", "IntercomContacts.cs", _CSHARP, "AllowAutoRedirect = false",
     "ServerCertificateCustomValidationCallback = (request, certificate, chain, errors) => true"),
    ("Swift", "SupportHash.swift", _SWIFT, "https://app.example.com/intercom",
     "http://app.example.com/intercom"),
    ("Dart", "login.dart", _DART, "client.connectionTimeout = const Duration(seconds: 10)",
     "client.badCertificateCallback = (certificate, host, port) => true"),
)  # fmt: skip
SAMPLES = tuple(sample(*row) for row in _TABLE)
