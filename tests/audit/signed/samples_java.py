"""Handlers of webhooks in Java that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

_WEB = "src/main/java/com/acme/support/web/"
_SECURITY = "src/main/java/com/acme/support/security/"

SPRING = Sample(
    {
        f"{_WEB}IntercomWebhookController.java": """
package com.acme.support.web;

import com.acme.support.security.SignatureVerifier;
import com.acme.support.sync.ConversationSync;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/webhooks")
public class IntercomWebhookController {

    private static final Logger log = LoggerFactory.getLogger(IntercomWebhookController.class);

    private final SignatureVerifier verifier;
    private final ConversationSync sync;
    private final ObjectMapper mapper;

    public IntercomWebhookController(
            SignatureVerifier verifier, ConversationSync sync, ObjectMapper mapper) {
        this.verifier = verifier;
        this.sync = sync;
        this.mapper = mapper;
    }

    @PostMapping("/intercom")
    public ResponseEntity<Void> receive(
            @RequestHeader(value = "X-Hub-Signature", required = false) String signature,
            @RequestBody byte[] payload)
            throws IOException {
        if (!verifier.isValid(payload, signature)) {
            log.warn("Rejected a webhook whose signature does not match");
            return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();
        }
        JsonNode event = mapper.readTree(payload);
        String topic = event.path("topic").asText();
        switch (topic) {
            case "conversation.user.created":
            case "conversation.user.replied":
                sync.upsert(event.path("data").path("item"));
                break;
            default:
                log.debug("Ignored {}", topic);
        }
        return ResponseEntity.ok().build();
    }
}
""",
        f"{_SECURITY}SignatureVerifier.java": """
package com.acme.support.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

@Component
public class SignatureVerifier {

    private static final String ALGORITHM = "HmacSHA1";
    private static final String PREFIX = "sha1=";

    private final String clientSecret;

    public SignatureVerifier(@Value("${intercom.client-secret}") String clientSecret) {
        this.clientSecret = clientSecret;
    }

    public boolean isValid(byte[] payload, String header) {
        if (header == null || !header.startsWith(PREFIX)) {
            return false;
        }
        byte[] expected = hmac(payload).getBytes(StandardCharsets.UTF_8);
        byte[] actual = header.substring(PREFIX.length()).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, actual);
    }

    private String hmac(byte[] payload) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(clientSecret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(payload));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
""",
    },
    {
        "plain": (
            "return MessageDigest.isEqual(expected, actual);",
            "return Arrays.equals(expected, actual);",
            "constant time",
        ),
        "missing": (
            "if (header == null || !header.startsWith(PREFIX)) {\n            return false;",
            "if (header == null) {\n            return true;",
            "without a signature is acted on",
        ),
        "guard": (
            "if (!verifier.isValid(payload, signature)) {",
            "if (signature != null && !verifier.isValid(payload, signature)) {",
            "without a signature is acted on",
        ),
        "sha256": ('ALGORITHM = "HmacSHA1"', 'ALGORITHM = "HmacSHA256"', "HMAC-SHA256"),
        "literal": (
            "this.clientSecret = clientSecret;",
            'this.clientSecret = "not-a-secret";',
            "stands in the code",
        ),
        "empty": ("${intercom.client-secret}", "${intercom.client-secret:}", "empty secret"),
        "inverted": ("if (!verifier.isValid(", "if (verifier.isValid(", "inverted"),
        "only-logs": (
            "            return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build();\n",
            "",
            "wrong signature is acted on",
        ),
        "never": (
            "if (!verifier.isValid(payload, signature)) {",
            "if (payload.length == 0) {",
            "reads the signature and never checks it",
        ),
        "acts-first": (
            "        if (!verifier.isValid(",
            "        sync.upsert(mapper.readTree(payload));\n        if (!verifier.isValid(",
            "before it is refused",
        ),
        "unset": (
            "        if (header == null ||",
            "        if (clientSecret.isEmpty()) {\n            return true;\n        }\n"
            "        if (header == null ||",
            "every request is acted on",
        ),
    },
)

SERVLET_REQUEST = Sample(
    {
        f"{_WEB}HooksController.java": """
package com.acme.support.web;

import com.acme.support.events.EventQueue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;
import org.apache.commons.io.IOUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseBody;

@Controller
public class HooksController {

    @Value("${intercom.client.secret}")
    private String secret;

    @Autowired private EventQueue queue;

    @ResponseBody
    @RequestMapping(value = "/hooks/intercom", method = RequestMethod.POST)
    public String intercom(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String body = IOUtils.toString(request.getInputStream(), StandardCharsets.UTF_8);
        String given = request.getHeader("X-Hub-Signature");
        if (given == null) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "no signature");
            return null;
        }
        String digest = new HmacUtils(HmacAlgorithms.HMAC_SHA_1, secret).hmacHex(body);
        String wanted = "sha1=" + digest;
        if (!MessageDigest.isEqual(wanted.getBytes(), given.getBytes())) {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            return "forbidden";
        }
        queue.publish(body);
        return "ok";
    }
}
""",
    },
    {
        "plain": (
            "!MessageDigest.isEqual(wanted.getBytes(), given.getBytes())",
            "!wanted.equals(given)",
            "constant time",
        ),
        "ignore-case": (
            "!MessageDigest.isEqual(wanted.getBytes(), given.getBytes())",
            "!given.equalsIgnoreCase(wanted)",
            "constant time",
        ),
        "identity": (
            "!MessageDigest.isEqual(wanted.getBytes(), given.getBytes())",
            "wanted != given",
            "constant time",
        ),
        "goes-on": (
            "response.setStatus(HttpServletResponse.SC_FORBIDDEN);\n"
            '            return "forbidden";\n',
            "response.setStatus(HttpServletResponse.SC_FORBIDDEN);\n",
            "although it is",
        ),
        "guard": (
            "        if (given == null) {\n"
            '            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "no signature");\n'
            "            return null;\n        }\n",
            "        if (given == null) {\n            queue.publish(body);\n"
            '            return "ok";\n        }\n',
            "without a signature is acted on",
        ),
        "sha512": ("HMAC_SHA_1", "HMAC_SHA_512", "HMAC-SHA512"),
        "empty": ("${intercom.client.secret}", "${intercom.client.secret:}", "empty secret"),
        "unset": (
            "        if (given == null) {",
            "        if (secret.isBlank()) {\n            queue.publish(body);\n"
            '            return "ok";\n        }\n        if (given == null) {',
            "every request is acted on",
        ),
    },
)

SAMPLES = {"spring": SPRING, "servlet-request": SERVLET_REQUEST}
