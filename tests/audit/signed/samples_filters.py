"""Handlers in Java behind filters and interceptors that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

_WEB = "src/main/java/com/acme/support/web/"
_SECURITY = "src/main/java/com/acme/support/security/"

FILTER = Sample(
    {
        f"{_SECURITY}IntercomSignatureFilter.java": """
package com.acme.support.security;

import com.google.common.hash.Hashing;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import org.springframework.web.filter.OncePerRequestFilter;

@Component
public class IntercomSignatureFilter extends OncePerRequestFilter {

    private static final String HEADER = "X-Hub-Signature";
    private final IntercomProperties properties;

    public IntercomSignatureFilter(IntercomProperties properties) {
        this.properties = properties;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/api/intercom");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        CachedBodyRequest cached = new CachedBodyRequest(request);
        String signature = cached.getHeader(HEADER);
        if (!StringUtils.hasText(signature) || !matches(cached.getBody(), signature)) {
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        chain.doFilter(cached, response);
    }

    private boolean matches(byte[] body, String signature) {
        byte[] key = properties.getClientSecret().getBytes(StandardCharsets.UTF_8);
        String expected = "sha1=" + Hashing.hmacSha1(key).hashBytes(body).toString();
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.US_ASCII));
    }
}
""",
        f"{_SECURITY}CachedBodyRequest.java": """
package com.acme.support.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.springframework.util.StreamUtils;

class CachedBodyRequest extends HttpServletRequestWrapper {

    private final byte[] body;

    CachedBodyRequest(HttpServletRequest request) throws IOException {
        super(request);
        this.body = StreamUtils.copyToByteArray(request.getInputStream());
    }

    byte[] getBody() {
        return body;
    }
}
""",
        f"{_SECURITY}IntercomProperties.java": """
package com.acme.support.security;

import org.springframework.boot.context.properties.ConfigurationProperties;

@ConfigurationProperties(prefix = "intercom")
public class IntercomProperties {

    private String clientSecret;

    public String getClientSecret() {
        return clientSecret;
    }

    public void setClientSecret(String clientSecret) {
        this.clientSecret = clientSecret;
    }
}
""",
        f"{_WEB}IntercomController.java": """
package com.acme.support.web;

import com.acme.support.contacts.ContactService;
import lombok.RequiredArgsConstructor;
import lombok.extern.slf4j.Slf4j;
import org.springframework.web.bind.annotation.*;

@Slf4j
@RestController
@RequiredArgsConstructor
@RequestMapping("/api/intercom")
public class IntercomController {

    private final ContactService contacts;

    @PostMapping("/events")
    public void onEvent(@RequestBody Notification notification) {
        log.info("Received {}", notification.topic());
        if ("contact.created".equals(notification.topic())) {
            contacts.save(notification.data().item());
        }
    }

    public record Notification(String topic, Data data) {}

    public record Data(Object item) {}
}
""",
    },
    {
        "unregistered": ("@Component\n", "", "never checks"),
        "other-base": (
            "extends OncePerRequestFilter",
            "extends HttpServletRequestWrapper",
            "never checks",
        ),
        "passes-missing": (
            "!StringUtils.hasText(signature) || !matches",
            "StringUtils.hasText(signature) && !matches",
            "without a signature is acted on",
        ),
        "plain": (
            "return MessageDigest.isEqual(\n"
            "                expected.getBytes(StandardCharsets.US_ASCII),\n"
            "                signature.getBytes(StandardCharsets.US_ASCII));",
            "return expected.equals(signature);",
            "constant time",
        ),
        "sha256": ("hmacSha1(", "hmacSha256(", "HMAC-SHA256"),
        "sends-on": (
            "response.sendError(HttpServletResponse.SC_UNAUTHORIZED);\n            return;\n",
            'logger.warn("signature does not match");\n',
            "wrong signature is acted on",
        ),
        "elsewhere": ('startsWith("/api', 'startsWith("/hooks', "never checks"),
    },
)

INTERCEPTOR = Sample(
    {
        "src/main/java/org/example/desk/SignatureInterceptor.java": """
package org.example.desk;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.ContentCachingRequestWrapper;

@Component
public class SignatureInterceptor implements HandlerInterceptor {

    private final HmacService hmac;

    public SignatureInterceptor(HmacService hmac) {
        this.hmac = hmac;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler)
            throws Exception {
        byte[] body = ((ContentCachingRequestWrapper) request).getContentAsByteArray();
        String header = request.getHeader(Headers.SIGNATURE);
        if (header != null && hmac.verify(header, body)) {
            return true;
        }
        response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        return false;
    }
}
""",
        "src/main/java/org/example/desk/Headers.java": """
package org.example.desk;

final class Headers {
    static final String SIGNATURE = "X-Hub-Signature";

    private Headers() {}
}
""",
        "src/main/java/org/example/desk/HmacService.java": """
package org.example.desk;

import org.bouncycastle.util.Arrays;
import org.springframework.stereotype.Service;

@Service
class HmacService extends Hmacs {

    private final Config config;

    HmacService(Config config) {
        this.config = config;
    }

    boolean verify(String header, byte[] body) {
        byte[] expected = ("sha1=" + hex(config.clientSecret(), body)).getBytes();
        return Arrays.constantTimeAreEqual(expected, header.getBytes());
    }
}
""",
        "src/main/java/org/example/desk/Hmacs.java": """
package org.example.desk;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

abstract class Hmacs {
    private static final String NAME = "HmacSHA1";

    protected String hex(String key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(NAME);
            mac.init(new SecretKeySpec(key.getBytes(), NAME));
            return HexFormat.of().formatHex(mac.doFinal(data));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
""",
        "src/main/java/org/example/desk/Config.java": """
package org.example.desk;

import org.springframework.boot.context.properties.ConfigurationProperties;

@ConfigurationProperties("intercom")
record Config(String clientSecret, String region) {}
""",
        "src/main/java/org/example/desk/WebConfig.java": """
package org.example.desk;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

@Configuration
class WebConfig implements WebMvcConfigurer {

    private final SignatureInterceptor signatures;

    WebConfig(SignatureInterceptor signatures) {
        this.signatures = signatures;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(signatures).addPathPatterns("/webhooks/**");
    }
}
""",
        "src/main/java/org/example/desk/WebhookController.java": """
package org.example.desk;

import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/webhooks")
class WebhookController {

    private final Inbox inbox;

    WebhookController(Inbox inbox) {
        this.inbox = inbox;
    }

    @PostMapping("/intercom")
    ResponseEntity<String> receive(@RequestBody Map<String, Object> event) {
        inbox.deliver(event);
        return ResponseEntity.accepted().body("queued");
    }
}
""",
    },
    {
        "not-added": (
            'registry.addInterceptor(signatures).addPathPatterns("/webhooks/**");',
            "",
            "never checks",
        ),
        "elsewhere": ('addPathPatterns("/webhooks/**")', 'addPathPatterns("/api/**")', "never"),
        "lets-missing": (
            "header != null && hmac.verify",
            "header == null || hmac.verify",
            "without a signature is acted on",
        ),
        "goes-on": ("        return false;\n", "        return true;\n", "although it is"),
        "plain": (
            "Arrays.constantTimeAreEqual(expected, header.getBytes())",
            "new String(expected).equals(header)",
            "constant time",
        ),
        "sha256": ('"HmacSHA1"', '"HmacSHA256"', "HMAC-SHA256"),
    },
)

SAMPLES = {"filter": FILTER, "interceptor": INTERCEPTOR}
