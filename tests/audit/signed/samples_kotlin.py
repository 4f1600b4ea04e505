"""Handlers of webhooks in Kotlin that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

_MAIN = "src/main/kotlin/com/acme/hooks/"

SPRING = Sample(
    {
        f"{_MAIN}IntercomWebhookController.kt": """
package com.acme.hooks

import com.acme.sync.ContactSync
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.module.kotlin.readValue
import org.slf4j.LoggerFactory
import org.springframework.http.HttpStatus
import org.springframework.http.ResponseEntity
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RequestHeader
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.server.ResponseStatusException

@RestController
class IntercomWebhookController(
    private val signatures: IntercomSignatures,
    private val contacts: ContactSync,
    private val mapper: ObjectMapper,
) {
    private val log = LoggerFactory.getLogger(javaClass)

    @PostMapping("/webhooks/intercom")
    fun receive(
        @RequestHeader("X-Hub-Signature") signature: String,
        @RequestBody body: String,
    ): ResponseEntity<Unit> {
        if (!signatures.verify(body, signature)) {
            throw ResponseStatusException(HttpStatus.UNAUTHORIZED, "bad signature")
        }
        val event = mapper.readValue<IntercomEvent>(body)
        when (event.topic) {
            "contact.created", "contact.user.updated" -> contacts.upsert(event.data.item)
            "contact.deleted" -> contacts.remove(event.data.item)
            else -> log.debug("ignored {}", event.topic)
        }
        return ResponseEntity.ok().build()
    }
}
""",
        f"{_MAIN}IntercomSignatures.kt": """
package com.acme.hooks

import java.security.MessageDigest
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import org.springframework.beans.factory.annotation.Value
import org.springframework.stereotype.Service

@Service
class IntercomSignatures(@Value("\\${intercom.client-secret}") private val secret: String) {

    fun verify(body: String, signature: String): Boolean {
        val expected = "sha1=" + hmac(body.toByteArray())
        return MessageDigest.isEqual(expected.toByteArray(), signature.toByteArray())
    }

    private fun hmac(data: ByteArray): String {
        val mac = Mac.getInstance(ALGORITHM)
        mac.init(SecretKeySpec(secret.toByteArray(), ALGORITHM))
        return mac.doFinal(data).joinToString("") { "%02x".format(it) }
    }

    companion object {
        private const val ALGORITHM = "HmacSHA1"
    }
}
""",
    },
    {
        "plain": (
            "MessageDigest.isEqual(expected.toByteArray(), signature.toByteArray())",
            "expected == signature",
            "constant time",
        ),
        "sha256": ('"HmacSHA1"', '"HmacSHA256"', "HMAC-SHA256"),
        "empty": ("{intercom.client-secret}", "{intercom.client-secret:}", "empty secret"),
        "inverted": ("if (!signatures.verify(", "if (signatures.verify(", "inverted"),
        "only-logs": (
            'throw ResponseStatusException(HttpStatus.UNAUTHORIZED, "bad signature")',
            'log.warn("bad signature")',
            "wrong signature is acted on",
        ),
        "again": (
            "signatures.verify(body, signature)",
            "signatures.verify(mapper.writeValueAsString(mapper.readTree(body)), signature)",
            "written anew",
        ),
    },
)

KTOR = Sample(
    {
        f"{_MAIN}Application.kt": """
package com.acme.hooks

import io.ktor.server.application.*
import io.ktor.server.netty.EngineMain
import io.ktor.server.routing.*

fun main(args: Array<String>) = EngineMain.main(args)

fun Application.module() {
    val secret = environment.config.property("intercom.clientSecret").getString()
    routing {
        intercomRoutes(secret, EventStore())
    }
}
""",
        f"{_MAIN}IntercomRoutes.kt": """
package com.acme.hooks

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.call
import io.ktor.server.request.header
import io.ktor.server.request.receive
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.post
import io.ktor.server.routing.route
import java.security.MessageDigest
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec
import kotlinx.serialization.json.Json

private const val ALGORITHM = "HmacSHA1"

fun Route.intercomRoutes(secret: String, store: EventStore) {
    route("/webhooks") {
        post("/intercom") {
            val signature = call.request.header("X-Hub-Signature")
                ?: return@post call.respond(HttpStatusCode.Unauthorized)
            val body = call.receive<ByteArray>()
            val wanted = body.signedWith(secret)
            if (!MessageDigest.isEqual(wanted.toByteArray(), signature.toByteArray())) {
                call.respond(HttpStatusCode.Unauthorized, "bad signature")
                return@post
            }
            val event = Json.decodeFromString<IntercomEvent>(body.decodeToString())
            store.save(event)
            call.respond(HttpStatusCode.OK)
        }
    }
}

private fun ByteArray.signedWith(secret: String): String {
    val mac = Mac.getInstance(ALGORITHM).apply {
        init(SecretKeySpec(secret.toByteArray(), ALGORITHM))
    }
    val hex = mac.doFinal(this).joinToString("") { byte -> "%02x".format(byte) }
    return "sha1=$hex"
}
""",
    },
    {
        "plain": (
            "!MessageDigest.isEqual(wanted.toByteArray(), signature.toByteArray())",
            "wanted != signature",
            "constant time",
        ),
        "goes-on": (
            '                call.respond(HttpStatusCode.Unauthorized, "bad signature")\n'
            "                return@post\n",
            '                call.application.log.warn("bad signature")\n',
            "wrong signature is acted on",
        ),
        "acts-although-refused": ("                return@post\n", "", "although it is"),
        "sha256": ('"HmacSHA1"', '"HmacSHA256"', "HMAC-SHA256"),
        "parsed": ("call.receive<ByteArray>()", "call.receive<IntercomEvent>()", "written anew"),
        "lets-missing": (
            "?: return@post call.respond(HttpStatusCode.Unauthorized)",
            "?: return@post store.save(call.receiveText())",
            "without a signature is acted on",
        ),
    },
)

FILTER = Sample(
    {
        f"{_MAIN}IntercomFilter.kt": """
package com.acme.hooks

import com.acme.crypto.hmacSha1
import jakarta.servlet.FilterChain
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import java.security.MessageDigest
import org.springframework.stereotype.Component
import org.springframework.web.filter.OncePerRequestFilter
import org.springframework.web.util.ContentCachingRequestWrapper

@Component
class IntercomFilter(private val settings: IntercomSettings) : OncePerRequestFilter() {

    override fun doFilterInternal(
        request: HttpServletRequest,
        response: HttpServletResponse,
        filterChain: FilterChain,
    ) {
        if (!request.requestURI.startsWith("/hooks/intercom")) {
            filterChain.doFilter(request, response)
            return
        }
        val wrapped = ContentCachingRequestWrapper(request)
        val body = wrapped.inputStream.readBytes()
        val given = request.getHeader("X-Hub-Signature")
        if (given == null || !body.isSignedAs(given)) {
            response.status = HttpServletResponse.SC_UNAUTHORIZED
            return
        }
        filterChain.doFilter(wrapped, response)
    }

    private fun ByteArray.isSignedAs(given: String): Boolean {
        val expected = "sha1=${hmacSha1(settings.clientSecret, this)}"
        return MessageDigest.isEqual(expected.toByteArray(), given.toByteArray())
    }
}
""",
        f"{_MAIN}IntercomSettings.kt": """
package com.acme.hooks

import org.springframework.boot.context.properties.ConfigurationProperties

@ConfigurationProperties("intercom")
data class IntercomSettings(val clientSecret: String, val region: String = "us")
""",
        "src/main/kotlin/com/acme/crypto/Hmac.kt": """
package com.acme.crypto

import org.apache.commons.codec.digest.HmacAlgorithms
import org.apache.commons.codec.digest.HmacUtils

fun hmacSha1(key: String, data: ByteArray): String =
    HmacUtils(HmacAlgorithms.HMAC_SHA_1, key).hmacHex(data)
""",
        f"{_MAIN}HookController.kt": """
package com.acme.hooks

import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RequestMapping
import org.springframework.web.bind.annotation.RestController

@RestController
@RequestMapping("/hooks")
class HookController(private val inbox: Inbox) {

    @PostMapping("/intercom")
    fun receive(@RequestBody event: IntercomEvent) {
        when (event.topic) {
            "ping" -> Unit
            else -> inbox.deliver(event)
        }
    }
}

data class IntercomEvent(val topic: String, val data: Map<String, Any>)
""",
    },
    {
        "elsewhere": ('startsWith("/hooks', 'startsWith("/webhooks', "never checks"),
        "lets-missing": (
            "given == null || !body.isSignedAs(given)",
            "given != null && !body.isSignedAs(given)",
            "without a signature is acted on",
        ),
        "only-logs": (
            "response.status = HttpServletResponse.SC_UNAUTHORIZED\n            return\n",
            'logger.warn("bad signature")\n',
            "wrong signature is acted on",
        ),
        "plain": (
            "MessageDigest.isEqual(expected.toByteArray(), given.toByteArray())",
            "expected.contentEquals(given)",
            "constant time",
        ),
        "sha256": ("HMAC_SHA_1", "HMAC_SHA_256", "HMAC-SHA256"),
        "literal": ("settings.clientSecret, this", '"not-a-secret", this', "stands in the code"),
    },
)

HELPERS = Sample(
    {
        f"{_MAIN}Server.kt": """
package com.acme.hooks

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.request.header
import io.ktor.server.request.receiveText
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import kotlinx.coroutines.launch

fun main() {
    val secret = System.getenv("INTERCOM_CLIENT_SECRET") ?: error("no client secret")
    val store = EventStore()
    embeddedServer(Netty, port = 8080) {
        routing {
            post("/intercom/webhooks") {
                val body = call.receiveText()
                when {
                    !call.isSigned(body, secret) ->
                        call.respondText("bad signature", status = HttpStatusCode.Forbidden)
                    else -> {
                        launch { store.save(body) }
                        call.respond(HttpStatusCode.Accepted)
                    }
                }
            }
        }
    }.start(wait = true)
}

private fun ApplicationCall.isSigned(body: String, secret: String): Boolean =
    runCatching {
        val header = requireNotNull(request.header("X-Hub-Signature"))
        same(header.removePrefix("sha1="), Signatures(secret).of(body))
    }.getOrDefault(false)

private fun same(one: String, other: String): Boolean {
    if (one.length != other.length) return false
    var difference = 0
    for (i in one.indices) {
        difference = difference or (one[i].code xor other[i].code)
    }
    return difference == 0
}
""",
        f"{_MAIN}Signatures.kt": """
package com.acme.hooks

import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

private const val HMAC = "HmacSHA1"

class Signatures(secret: String) {
    private val mac by lazy {
        Mac.getInstance(HMAC).apply { init(SecretKeySpec(secret.encodeToByteArray(), HMAC)) }
    }

    fun of(body: String): String = buildString {
        mac.doFinal(body.encodeToByteArray()).forEach { append("%02x".format(it)) }
    }
}
""",
    },
    {
        "lets-errors": ("getOrDefault(false)", "getOrDefault(true)", "without a signature"),
        "plain": ("return difference == 0", "return one == other", "constant time"),
        "default": ('?: error("no client secret")', '?: ""', "empty secret"),
        "inverted": ("!call.isSigned(", "call.isSigned(", "inverted"),
        "acts-first": (
            "                when {\n",
            "                store.save(body)\n                when {\n",
            "before it is refused",
        ),
        "sha512": ('"HmacSHA1"', '"HmacSHA512"', "HMAC-SHA512"),
    },
)

SAMPLES = {
    "kotlin-spring": SPRING,
    "ktor": KTOR,
    "kotlin-filter": FILTER,
    "ktor-helpers": HELPERS,
}
