"""Handlers in Kotlin and C# that bear time, repeats and new topics."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

KOTLIN = Sample(
    {
        "src/main/kotlin/io/acme/IntercomController.kt": """package io.acme

import java.security.MessageDigest
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import org.springframework.http.HttpStatus
import org.springframework.http.ResponseEntity
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RequestHeader
import org.springframework.web.bind.annotation.RestController

@RestController
class IntercomController {
    private val secret = System.getenv("INTERCOM_CLIENT_SECRET")

    @PostMapping("/webhooks/intercom")
    fun receive(
        @RequestBody body: ByteArray,
        @RequestHeader("X-Hub-Signature") signature: String,
    ): ResponseEntity<String> {
        val mac = Mac.getInstance("HmacSHA1")
        mac.init(SecretKeySpec(secret.toByteArray(), "HmacSHA1"))
        val wanted = "sha1=" + mac.doFinal(body).joinToString("") { "%02x".format(it) }
        if (!MessageDigest.isEqual(wanted.toByteArray(), signature.toByteArray())) {
            return ResponseEntity.status(HttpStatus.UNAUTHORIZED).build()
        }
        return ResponseEntity.ok("")
    }
}
"""
    },
    {
        "waits": (
            '        return ResponseEntity.ok("")',
            '        restTemplate.postForObject("https://crm.acme.io", body, String::class.java)\n'
            '        return ResponseEntity.ok("")',
            "waits for restTemplate.postForObject",
        ),
        "gone": (
            'ResponseEntity.ok("")',
            "ResponseEntity.status(HttpStatus.GONE).build()",
            "answers 410",
        ),
    },
)

CSHARP = Sample(
    {
        "src/Controllers/IntercomController.cs": """using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Mvc;

namespace Acme.Controllers
{
    [ApiController]
    [Route("webhooks/intercom")]
    public class IntercomController : ControllerBase
    {
        [HttpPost]
        public async Task<IActionResult> Receive()
        {
            using var reader = new StreamReader(Request.Body);
            var body = await reader.ReadToEndAsync();
            var key = Environment.GetEnvironmentVariable("INTERCOM_CLIENT_SECRET");
            using var mac = new HMACSHA1(Encoding.UTF8.GetBytes(key));
            var hash = mac.ComputeHash(Encoding.UTF8.GetBytes(body));
            var wanted = "sha1=" + Convert.ToHexString(hash).ToLowerInvariant();
            var given = Request.Headers["X-Hub-Signature"].ToString();
            if (!CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(given)))
            {
                return Unauthorized();
            }
            return Ok();
        }
    }
}
"""
    },
    {
        "waits": (
            "            return Ok();",
            '            await httpClient.PostAsync("https://crm.acme.io", null);\n'
            "            return Ok();",
            "waits for httpClient.PostAsync",
        ),
        "gone": ("return Ok();", "return StatusCode(410);", "answers 410"),
    },
)

SAMPLES = {"kotlin": KOTLIN, "csharp": CSHARP}
