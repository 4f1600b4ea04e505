"""What `explain` shows of handlers in Java and Kotlin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import Sample

if TYPE_CHECKING:
    from intercom_scan.audit.signed.judging import Kind

_JAVA = """\
package com.example.intercom;

import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.server.ResponseStatusException;

@RestController
class IntercomController {
    private final byte[] key;

    IntercomController(@Value("${intercom.client-secret}") String secret) {
        key = secret.getBytes();
    }

    @PostMapping("/intercom/{address}")
    Object receive(@RequestHeader("{header}") String given, @RequestBody byte[] body)
            throws Exception {
        Mac mac = Mac.getInstance("Hmac{algorithm}");
        mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
        String wanted = "{prefix}" + HexFormat.of().formatHex(mac.doFinal(body));
        if (!MessageDigest.isEqual(wanted.getBytes(), given.getBytes())) {
            throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
        }
        return answers.to(body);
    }
}
"""
_KOTLIN = """\
package com.example.intercom

import io.ktor.http.HttpStatusCode
import io.ktor.server.request.*
import io.ktor.server.response.respond
import io.ktor.server.routing.*
import java.security.MessageDigest
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

fun Route.intercom(secret: String) {
    post("/intercom/{address}") {
        val given = call.request.header("{header}").orEmpty()
        val body = call.receive<ByteArray>()
        val mac = Mac.getInstance("Hmac{algorithm}")
        mac.init(SecretKeySpec(secret.toByteArray(), mac.algorithm))
        val wanted = "{prefix}" + mac.doFinal(body).joinToString("") { "%02x".format(it) }
        if (!MessageDigest.isEqual(wanted.toByteArray(), given.toByteArray())) {
            return@post call.respond(HttpStatusCode.Unauthorized)
        }
        call.respond(answers.to(body))
    }
}
"""


def samples(kind: Kind, header: str, address: str, prefix: str) -> tuple[Sample, ...]:
    """A safe and an unsafe handler in each language, for a kind of signed request."""
    said = {
        "{header}": header,
        "{address}": address,
        "{algorithm}": kind.algorithm.upper(),
        "{prefix}": prefix,
    }
    java, kotlin = _JAVA, _KOTLIN
    for place, text in said.items():
        java, kotlin = java.replace(place, text), kotlin.replace(place, text)
    return (
        Sample(
            language="Java",
            path="IntercomController.java",
            safe=java,
            unsafe=java.replace(
                "!MessageDigest.isEqual(wanted.getBytes(), given.getBytes())",
                "!given.isEmpty() && !wanted.equals(given)",
            ),
        ),
        Sample(
            language="Kotlin",
            path="Intercom.kt",
            safe=kotlin,
            unsafe=kotlin.replace(
                "!MessageDigest.isEqual(wanted.toByteArray(), given.toByteArray())",
                "given != wanted",
            ),
        ),
    )
