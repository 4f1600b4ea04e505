"""Handlers in Java without Spring MVC's controllers that are right, and ways to break each."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

SERVLET = Sample(
    {
        "src/main/java/org/example/desk/IntercomHookServlet.java": """
package org.example.desk;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.servlet.ServletException;
import javax.servlet.annotation.WebServlet;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

@WebServlet(urlPatterns = "/intercom/hook")
public class IntercomHookServlet extends HttpServlet {

    private static final String CLIENT_SECRET = System.getenv("INTERCOM_CLIENT_SECRET");

    private final TicketStore tickets = new TicketStore();

    @Override
    protected void doPost(HttpServletRequest req, HttpServletResponse resp)
            throws ServletException, IOException {
        StringBuilder payload = new StringBuilder();
        try (BufferedReader reader = req.getReader()) {
            String line;
            while ((line = reader.readLine()) != null) {
                payload.append(line);
            }
        }
        String signature = req.getHeader("X-Hub-Signature");
        if (signature == null || !signature.equals("") && !signature.startsWith("sha1=")) {
            resp.sendError(HttpServletResponse.SC_BAD_REQUEST);
            return;
        }
        if (!verified(payload.toString(), signature)) {
            resp.sendError(HttpServletResponse.SC_UNAUTHORIZED, "signature mismatch");
            return;
        }
        JsonObject event = JsonParser.parseString(payload.toString()).getAsJsonObject();
        if (event.get("topic").getAsString().equals("ticket.created")) {
            tickets.insert(event.getAsJsonObject("data"));
        }
        resp.setStatus(HttpServletResponse.SC_OK);
    }

    private static boolean verified(String payload, String signature) throws ServletException {
        try {
            SecretKeySpec key = new SecretKeySpec(CLIENT_SECRET.getBytes("UTF-8"), "HmacSHA1");
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(key);
            byte[] digest = mac.doFinal(payload.getBytes(StandardCharsets.UTF_8));
            StringBuilder hex = new StringBuilder("sha1=");
            for (byte each : digest) {
                hex.append(String.format("%02x", each));
            }
            return MessageDigest.isEqual(hex.toString().getBytes(), signature.getBytes());
        } catch (NoSuchAlgorithmException | InvalidKeyException | IOException e) {
            throw new ServletException(e);
        }
    }
}
""",
    },
    {
        "plain": (
            "MessageDigest.isEqual(hex.toString().getBytes(), signature.getBytes())",
            "hex.toString().equals(signature)",
            "constant time",
        ),
        "compare-to": (
            "MessageDigest.isEqual(hex.toString().getBytes(), signature.getBytes())",
            "hex.toString().compareTo(signature) == 0",
            "constant time",
        ),
        "sha256": ('"HmacSHA1"', '"HmacSHA256"', "HMAC-SHA256"),
        "literal": (
            'System.getenv("INTERCOM_CLIENT_SECRET")',
            '"not-a-secret"',
            "stands in the code",
        ),
        "catches-all": (
            "(NoSuchAlgorithmException | InvalidKeyException | IOException e) {\n"
            "            throw new ServletException(e);",
            "(Exception e) {\n            return true;",
            "every request is acted on",
        ),
        "falls-through": (
            'resp.sendError(HttpServletResponse.SC_UNAUTHORIZED, "signature mismatch");\n'
            "            return;\n",
            'log("signature mismatch");\n',
            "wrong signature is acted on",
        ),
        "again": (
            "verified(payload.toString(), signature)",
            "verified(new Gson().toJson(JsonParser.parseString(payload.toString())), signature)",
            "written anew",
        ),
        "missing": (
            "resp.sendError(HttpServletResponse.SC_BAD_REQUEST);\n            return;\n",
            "tickets.insert(payload.toString());\n            return;\n",
            "without a signature is acted on",
        ),
        "inverted": ("if (!verified(", "if (verified(", "inverted"),
    },
)

QUARKUS = Sample(
    {
        "src/main/java/org/example/desk/IntercomResource.java": """
package org.example.desk;

import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;

@Path("/webhooks")
public class IntercomResource {

    @Inject Signatures signatures;

    @Inject
    @Channel("intercom-events")
    Emitter<String> events;

    @POST
    @Path("/intercom")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response receive(@HeaderParam("X-Hub-Signature") String signature, String body) {
        if (signature == null || signature.isBlank()) {
            return Response.status(Response.Status.BAD_REQUEST).build();
        }
        if (!signatures.match(signature, body)) {
            return Response.status(Response.Status.UNAUTHORIZED).build();
        }
        events.send(body);
        return Response.accepted().build();
    }
}
""",
        "src/main/java/org/example/desk/Signatures.java": """
package org.example.desk;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.HmacUtils;
import org.eclipse.microprofile.config.inject.ConfigProperty;

public interface Signatures {

    boolean match(String given, String body);

    @ApplicationScoped
    class Intercom implements Signatures {

        @ConfigProperty(name = "intercom.client-secret")
        String secret;

        @Override
        public boolean match(String given, String body) {
            String expected = "sha1=" + HmacUtils.hmacSha1Hex(secret, body);
            return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
        }
    }
}
""",
    },
    {
        "plain": (
            "MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8))",
            "expected.equals(given)",
            "constant time",
        ),
        "guard": (
            "            return Response.status(Response.Status.BAD_REQUEST).build();\n",
            "            events.send(body);\n            return Response.accepted().build();\n",
            "without a signature is acted on",
        ),
        "empty": (
            'name = "intercom.client-secret")',
            'name = "intercom.client-secret", defaultValue = "")',
            "empty secret",
        ),
        "only-logs": (
            "            return Response.status(Response.Status.UNAUTHORIZED).build();\n",
            '            Log.warn("bad signature");\n',
            "wrong signature is acted on",
        ),
        "acts-first": (
            "        if (!signatures.match(",
            "        events.send(body);\n        if (!signatures.match(",
            "before it is refused",
        ),
        "never": ("!signatures.match(signature, body)", "body.isEmpty()", "never checks"),
    },
)

MICRONAUT = Sample(
    {
        "src/main/java/org/example/desk/HookController.java": """
package org.example.desk;

import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Hex;

@Controller("/intercom")
public class HookController {

    private final byte[] key;
    private final EventPublisher publisher;

    HookController(@Value("${intercom.secret}") String secret, EventPublisher publisher) {
        this.key = secret.getBytes(StandardCharsets.UTF_8);
        this.publisher = publisher;
    }

    @Post("/webhooks")
    public HttpResponse<?> receive(
            @Header("X-Hub-Signature") @Nullable String signature, @Body String body)
            throws Exception {
        boolean trusted =
                Optional.ofNullable(signature)
                        .map(given -> given.replace("sha1=", ""))
                        .map(given -> MessageDigest.isEqual(sign(body), given.getBytes()))
                        .orElse(false);
        if (!trusted) {
            return HttpResponse.unauthorized();
        }
        publisher.publish("intercom", body);
        return HttpResponse.ok();
    }

    private byte[] sign(String body) {
        try {
            var mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            mac.update(body.getBytes(StandardCharsets.UTF_8));
            return Hex.encodeHexString(mac.doFinal()).getBytes(StandardCharsets.UTF_8);
        } catch (Exception e) {
            throw new IllegalStateException("cannot sign", e);
        }
    }
}
""",
    },
    {
        "lets-missing": (".orElse(false)", ".orElse(true)", "without a signature is acted on"),
        "plain": (
            "MessageDigest.isEqual(sign(body), given.getBytes())",
            "Arrays.equals(sign(body), given.getBytes())",
            "constant time",
        ),
        "sha384": ('"HmacSHA1"', '"HmacSHA384"', "HMAC-SHA384"),
        "literal": (
            "secret.getBytes(StandardCharsets.UTF_8)",
            '"not-a-secret".getBytes(StandardCharsets.UTF_8)',
            "stands in the code",
        ),
        "inverted": ("if (!trusted)", "if (trusted)", "inverted"),
        "or-anything": (
            "if (!trusted)",
            "if (!trusted && body.isEmpty())",
            "wrong signature is acted on",
        ),
    },
)

LAMBDA = Sample(
    {
        "functions/src/main/java/org/example/IntercomHandler.java": """
package org.example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import java.security.MessageDigest;
import java.util.Map;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;
import software.amazon.awssdk.services.sqs.SqsClient;

public class IntercomHandler
        implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {

    private final String secret = System.getenv("INTERCOM_CLIENT_SECRET");
    private final SqsClient sqs = SqsClient.create();

    @Override
    public APIGatewayProxyResponseEvent handleRequest(
            APIGatewayProxyRequestEvent input, Context context) {
        Map<String, String> headers = input.getHeaders();
        String signature = headers.getOrDefault("X-Hub-Signature", "");
        String body = input.getBody();
        String expected = "sha1=" + new HmacUtils(HmacAlgorithms.HMAC_SHA_1, secret).hmacHex(body);
        if (!MessageDigest.isEqual(expected.getBytes(), signature.getBytes())) {
            context.getLogger().log("signature mismatch");
            return new APIGatewayProxyResponseEvent().withStatusCode(401);
        }
        sqs.sendMessage(builder -> builder.queueUrl("https://sqs/queue").messageBody(body));
        return new APIGatewayProxyResponseEvent().withStatusCode(202);
    }
}
""",
    },
    {
        "plain": (
            "!MessageDigest.isEqual(expected.getBytes(), signature.getBytes())",
            "!expected.contentEquals(signature)",
            "constant time",
        ),
        "guard": (
            "if (!MessageDigest",
            "if (!signature.isEmpty() && !MessageDigest",
            "without a signature is acted on",
        ),
        "only-logs": (
            "            return new APIGatewayProxyResponseEvent().withStatusCode(401);\n",
            "",
            "wrong signature is acted on",
        ),
    },
)

SAMPLES = {
    "servlet": SERVLET,
    "quarkus": QUARKUS,
    "micronaut": MICRONAUT,
    "java-lambda": LAMBDA,
}
