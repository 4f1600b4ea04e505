"""Clients of Intercom in Go, Java, Kotlin, C#, Swift and Dart that check whom they talk to."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

GO = Sample(
    {
        "internal/intercom/client.go": """package intercom

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"time"
)

const api = "https://api.intercom.io"

type Client struct {
	http  *http.Client
	token string
}

func New() *Client {
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	return &Client{
		http:  &http.Client{Transport: transport, Timeout: 10 * time.Second},
		token: os.Getenv("INTERCOM_ACCESS_TOKEN"),
	}
}

func (c *Client) Contact(ctx context.Context, id string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/contacts/"+id, nil)
	if err != nil {
		return nil, fmt.Errorf("contact %s: %w", id, err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	return c.http.Do(request)
}
"""
    },
    {
        "skip": ("MinVersion: tls.VersionTLS12", "InsecureSkipVerify: true", "InsecureSkipVerify"),
        "api": ('"https://api', '"http://api', "without encryption"),
    },
)

JAVA = Sample(
    {
        "src/main/java/io/acme/support/IntercomGateway.java": """package io.acme.support;

import java.io.IOException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class IntercomGateway {
    private static final Logger log = LoggerFactory.getLogger(IntercomGateway.class);
    private static final String API = "https://api.intercom.io";
    private final OkHttpClient client;

    public IntercomGateway() {
        this.client = new OkHttpClient.Builder()
            .retryOnConnectionFailure(true)
            .build();
    }

    public String contact(String id) throws IOException {
        Request request = new Request.Builder()
            .url(API + "/contacts/" + id)
            .header("Authorization", "Bearer " + System.getenv("INTERCOM_ACCESS_TOKEN"))
            .build();
        try (Response response = client.newCall(request).execute()) {
            log.info("contact {} read: {}", id, response.code());
            return response.body().string();
        }
    }
}
"""
    },
    {
        "hostname": (
            ".retryOnConnectionFailure(true)",
            ".hostnameVerifier((host, session) -> true)",
            "hostnameVerifier accepts any",
        ),
        "noop": (
            ".retryOnConnectionFailure(true)",
            ".hostnameVerifier(NoopHostnameVerifier.INSTANCE)",
            "NoopHostnameVerifier",
        ),
        "default": (
            "        this.client =",
            "        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);\n"
            "        this.client =",
            "accepts any",
        ),
        "trust": (
            "    public String contact",
            """    private final X509TrustManager everybody = new X509TrustManager() {
        public void checkClientTrusted(X509Certificate[] chain, String type) {}
        public void checkServerTrusted(X509Certificate[] chain, String type) {}
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    };

    public String contact""",
            "checkServerTrusted accepts any",
        ),
        "api": ('"https://api', '"http://api', "without encryption"),
    },
)

KOTLIN = Sample(
    {
        "src/main/kotlin/io/acme/IntercomClient.kt": """package io.acme

import okhttp3.OkHttpClient
import okhttp3.Request
import java.util.concurrent.TimeUnit

class IntercomClient(private val token: String) {
    private val client = OkHttpClient.Builder()
        .callTimeout(10, TimeUnit.SECONDS)
        .build()

    fun contact(id: String): String? {
        val request = Request.Builder()
            .url("https://api.intercom.io/contacts/$id")
            .header("Authorization", "Bearer $token")
            .header("Accept", "application/json")
            .build()
        return client.newCall(request).execute().use { it.body?.string() }
    }

    companion object {
        const val CALLBACK = "https://app.acme.io/intercom/callback"
    }
}
"""
    },
    {
        "hostname": (
            ".callTimeout(10, TimeUnit.SECONDS)",
            ".hostnameVerifier { _, _ -> true }",
            "hostnameVerifier accepts any",
        ),
        "callback": ('"https://app', '"http://app', "sends people"),
        "api": ('"https://api', '"http://api', "without encryption"),
    },
)

CSHARP = Sample(
    {
        "src/Support/IntercomApi.cs": """using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Acme.Support
{
    public class IntercomApi
    {
        private const string RedirectUri = "https://portal.acme.io/signin-intercom";
        private readonly HttpClient client;
        private readonly ILogger<IntercomApi> logger;

        public IntercomApi(ILogger<IntercomApi> logger)
        {
            this.logger = logger;
            var handler = new HttpClientHandler
            {
                CheckCertificateRevocationList = true,
            };
            client = new HttpClient(handler) { BaseAddress = new Uri("https://api.intercom.io") };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer", Environment.GetEnvironmentVariable("INTERCOM_ACCESS_TOKEN"));
        }

        public async Task<string> Contact(string id)
        {
            var answer = await client.GetAsync($"/contacts/{id}");
            logger.LogInformation("contact {Id} read: {Status}", id, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        }
    }
}
"""
    },
    {
        "callback": (
            "CheckCertificateRevocationList = true",
            "ServerCertificateCustomValidationCallback = (message, cert, chain, errors) => true",
            "accepts any",
        ),
        "dangerous": (
            "CheckCertificateRevocationList = true",
            "ServerCertificateCustomValidationCallback ="
            " HttpClientHandler.DangerousAcceptAnyServerCertificateValidator",
            "DangerousAcceptAny",
        ),
        "process": (
            "            this.logger = logger;",
            "            this.logger = logger;\n"
            "            ServicePointManager.ServerCertificateValidationCallback ="
            " (sender, cert, chain, errors) => true;",
            "whole process",
        ),
        "redirect": ('"https://portal', '"http://portal', "sends people"),
        "api": ('Uri("https://', 'Uri("http://', "without encryption"),
    },
)

SWIFT = Sample(
    {
        "Sources/Support/IntercomApi.swift": """import Foundation

final class IntercomApi {
    private let session: URLSession
    private let base = URL(string: "https://api.intercom.io")!

    init(session: URLSession = .shared) {
        self.session = session
    }

    func contact(id: String, token: String) async throws -> Data {
        var request = URLRequest(url: base.appendingPathComponent("contacts/\\(id)"))
        request.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization")
        request.timeoutInterval = 10
        let (data, _) = try await session.data(for: request)
        return data
    }

    static let callback = "https://app.acme.io/intercom/callback"
}
"""
    },
    {
        "callback": ('"https://app', '"http://app', "sends people"),
        "api": ('"https://api', '"http://api', "without encryption"),
    },
)

DART = Sample(
    {
        "lib/intercom_api.dart": """import 'dart:convert';
import 'dart:io';

import 'package:http/http.dart' as http;
import 'package:http/io_client.dart';

class IntercomApi {
  IntercomApi(this.token);

  final String token;
  static const base = 'https://api.intercom.io';

  http.Client client() {
    final inner = HttpClient();
    inner.connectionTimeout = const Duration(seconds: 10);
    return IOClient(inner);
  }

  Future<Map<String, dynamic>> contact(String id) async {
    final answer = await client().get(
      Uri.parse('$base/contacts/$id'),
      headers: {'Authorization': 'Bearer $token'},
    );
    return jsonDecode(answer.body);
  }
}
"""
    },
    {
        "callback": (
            "inner.connectionTimeout = const Duration(seconds: 10);",
            "inner.badCertificateCallback = (cert, host, port) => true;",
            "badCertificateCallback accepts any",
        ),
        "api": ("'https://api", "'http://api", "without encryption"),
    },
)

SAMPLES = {
    "go": GO,
    "java": JAVA,
    "kotlin": KOTLIN,
    "csharp": CSHARP,
    "swift": SWIFT,
    "dart": DART,
}
