"""Handlers in Java with comparisons of their own or without blocking, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

_AT = "backend/src/main/java/io/example/chat/"

WEBFLUX = Sample(
    {
        f"{_AT}IntercomWebhook.java": """
package io.example.chat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class IntercomWebhook {

    private final Hmacs hmacs;
    private final EventPublisher publisher;

    IntercomWebhook(Hmacs hmacs, EventPublisher publisher) {
        this.hmacs = hmacs;
        this.publisher = publisher;
    }

    @PostMapping("/intercom/webhook")
    Mono<ResponseEntity<Void>> receive(
            @RequestHeader(name = "X-Hub-Signature", required = false) String signature,
            @RequestBody Mono<String> body) {
        return body.flatMap(
                raw -> {
                    if (signature == null || !trusted(raw, signature)) {
                        return Mono.just(ResponseEntity.status(HttpStatus.UNAUTHORIZED).build());
                    }
                    return publisher.publish(raw).thenReturn(ResponseEntity.accepted().build());
                });
    }

    private boolean trusted(String raw, String signature) {
        byte[] expected = hmacs.sign(raw).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.US_ASCII));
    }
}
""",
        f"{_AT}Hmacs.java": """
package io.example.chat;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

@Component
class Hmacs {

    private final HashFunction function;

    Hmacs(Environment environment) {
        String secret = environment.getRequiredProperty("intercom.client-secret");
        function = Hashing.hmacSha1(secret.getBytes(StandardCharsets.UTF_8));
    }

    String sign(String text) {
        return "sha1=" + function.hashString(text, StandardCharsets.UTF_8);
    }
}
""",
    },
    {
        "lets-missing": (
            "signature == null || !trusted",
            "signature != null && !trusted",
            "without a signature is acted on",
        ),
        "plain": (
            "MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.US_ASCII))",
            "new String(expected).equals(signature)",
            "constant time",
        ),
        "sha256": ("hmacSha1(", "hmacSha256(", "HMAC-SHA256"),
        "literal": (
            'environment.getRequiredProperty("intercom.client-secret")',
            '"not-a-secret"',
            "stands in the code",
        ),
        "inverted": (
            "signature == null || !trusted",
            "signature == null || trusted",
            "inverted",
        ),
        "publishes-first": (
            "                    if (signature == null",
            "                    publisher.publish(raw).subscribe();\n"
            "                    if (signature == null",
            "before it is refused",
        ),
    },
)

BY_HAND = Sample(
    {
        f"{_AT}HookEndpoint.java": """
package io.example.chat;

import static io.example.chat.Crypto.same;
import static io.example.chat.Crypto.sha1Hmac;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class HookEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(HookEndpoint.class);

    @Value("${intercom.client-secret}")
    private String clientSecret;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Jobs jobs;

    public HookEndpoint(Jobs jobs) {
        this.jobs = jobs;
    }

    @PostMapping(path = "/hooks/intercom", consumes = "application/json")
    public ResponseEntity<?> receive(@RequestHeader HttpHeaders headers, @RequestBody String body) {
        try {
            demandSigned(headers.getFirst("X-Hub-Signature"), body);
            jobs.enqueue(mapper.readValue(body, Event.class));
            return ResponseEntity.ok().build();
        } catch (SecurityException e) {
            return ResponseEntity.status(401).body(Map.of("error", e.getMessage()));
        } catch (JsonProcessingException e) {
            LOG.warn("Cannot read a notification", e);
            return ResponseEntity.unprocessableEntity().build();
        }
    }

    private void demandSigned(String given, String body) {
        if (given == null) {
            throw new SecurityException("not signed");
        }
        if (!same("sha1=" + sha1Hmac(clientSecret, body), given)) {
            throw new SecurityException("signed by somebody else");
        }
    }

    record Event(String type, String topic, Map<String, Object> data) {}
}
""",
        f"{_AT}Crypto.java": """
package io.example.chat;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class Crypto {

    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    static String sha1Hmac(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key.getBytes(), "HmacSHA1"));
            StringBuilder hex = new StringBuilder(40);
            for (byte each : mac.doFinal(text.getBytes())) {
                hex.append(DIGITS[each >> 4 & 15]).append(DIGITS[each & 15]);
            }
            return hex.toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean same(String one, String other) {
        int difference = one.length() ^ other.length();
        for (int i = 0; i < one.length() && i < other.length(); i++) {
            difference |= one.charAt(i) ^ other.charAt(i);
        }
        return difference == 0;
    }

    private Crypto() {}
}
""",
    },
    {
        "plain": ("return difference == 0;", "return one.equals(other);", "constant time"),
        "lets-missing": (
            'throw new SecurityException("not signed");',
            "return;",
            "without a signature is acted on",
        ),
        "only-logs": (
            'throw new SecurityException("signed by somebody else");',
            'LOG.warn("signed by somebody else");',
            "wrong signature is acted on",
        ),
        "inverted": ('if (!same("sha1="', 'if (same("sha1="', "inverted"),
        "again": (
            'demandSigned(headers.getFirst("X-Hub-Signature"), body)',
            'demandSigned(headers.getFirst("X-Hub-Signature"), '
            "mapper.writeValueAsString(mapper.readTree(body)))",
            "written anew",
        ),
        "never": (
            '            demandSigned(headers.getFirst("X-Hub-Signature"), body);\n',
            "",
            "never checks",
        ),
        "foreign": ('"X-Hub-Signature"', '"X-Intercom-Signature"', "never|asks for X-"),
    },
)

SAMPLES = {"webflux": WEBFLUX, "by-hand": BY_HAND}
