"""Servers in PHP, Go, Java, Kotlin and C# that make proofs, and ways to make them for anybody."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

LARAVEL = Sample(
    {
        "app/Http/Controllers/MessengerController.php": """<?php

namespace App\\Http\\Controllers;

use Illuminate\\Http\\JsonResponse;
use Illuminate\\Http\\Request;
use Illuminate\\Support\\Facades\\Auth;

class MessengerController extends Controller
{
    public function __construct()
    {
        $this->middleware('auth');
    }

    public function identity(Request $request): JsonResponse
    {
        $user = Auth::user();

        return response()->json([
            'user_id' => $user->id,
            'user_hash' => $this->sign((string) $user->id),
            'page' => $request->input('page'),
        ]);
    }

    private function sign(string $value): string
    {
        return hash_hmac('sha256', $value, config('services.intercom.identity_secret'));
    }
}
"""
    },
    {
        "input": ("= Auth::user();", "= (object) $request->input('user');", "the caller chooses"),
        "query": (
            "$this->sign((string) $user->id)",
            "$this->sign($request->query('id'))",
            "the caller chooses",
        ),
    },
)

SYMFONY = Sample(
    {
        "src/Controller/IntercomController.php": """<?php

namespace App\\Controller;

use Symfony\\Bundle\\FrameworkBundle\\Controller\\AbstractController;
use Symfony\\Component\\HttpFoundation\\JsonResponse;
use Symfony\\Component\\HttpFoundation\\Request;
use Symfony\\Component\\Routing\\Attribute\\Route;

final class IntercomController extends AbstractController
{
    public function __construct(private string $intercomIdentitySecret)
    {
    }

    #[Route('/intercom/identity', methods: ['GET'])]
    public function identity(Request $request): JsonResponse
    {
        $this->denyAccessUnlessGranted('ROLE_USER');
        $id = $this->getUser()->getUserIdentifier();
        $hash = hash_hmac('sha256', $id, $this->intercomIdentitySecret);

        return $this->json(['user_id' => $id, 'user_hash' => $hash]);
    }
}
"""
    },
    {
        "query": (
            "$this->getUser()->getUserIdentifier()",
            "$request->query->get('id')",
            "the caller chooses",
        ),
        "get": (
            "$this->getUser()->getUserIdentifier()",
            "$_GET['id']",
            "the caller chooses",
        ),
    },
)

PLAIN = Sample(
    {
        "public/identity.php": """<?php
require __DIR__ . '/../bootstrap.php';

session_start();
header('Content-Type: application/json');

if (empty($_SESSION['member'])) {
    http_response_code(401);
    exit(json_encode(['error' => 'log in first']));
}

$email = $_SESSION['member']['email'];
$secret = getenv('INTERCOM_SECRET_KEY');

echo json_encode([
    'email' => $email,
    'user_hash' => hash_hmac('sha256', $email, $secret),
]);
"""
    },
    {
        "get": ("= $_SESSION['member']['email'];", "= $_GET['email'];", "the caller chooses"),
        "post": ("= $_SESSION['member']['email'];", "= $_POST['email'];", "the caller chooses"),
        "request": (
            "= $_SESSION['member']['email'];",
            "= trim($_REQUEST['email']);",
            "the caller chooses",
        ),
    },
)

GO = Sample(
    {
        "internal/support/identity.go": """
package support

import (
\t"crypto/hmac"
\t"crypto/sha256"
\t"encoding/hex"
\t"encoding/json"
\t"net/http"
\t"os"

\t"example.com/shop/internal/auth"
)

type answer struct {
\tID   string `json:"user_id"`
\tHash string `json:"user_hash"`
}

func intercomHash(id string) string {
\tmac := hmac.New(sha256.New, []byte(os.Getenv("INTERCOM_IDENTITY_SECRET")))
\tmac.Write([]byte(id))
\treturn hex.EncodeToString(mac.Sum(nil))
}

// Identity answers with the proof for who is logged in.
func Identity(w http.ResponseWriter, r *http.Request) {
\tuser, ok := r.Context().Value(auth.Key).(*auth.User)
\tif !ok {
\t\thttp.Error(w, "unauthorized", http.StatusUnauthorized)
\t\treturn
\t}
\tw.Header().Set("Content-Type", "application/json")
\t_ = json.NewEncoder(w).Encode(answer{ID: user.ID, Hash: intercomHash(user.ID)})
}
"""
    },
    {
        "query": (
            "intercomHash(user.ID)",
            'intercomHash(r.URL.Query().Get("id"))',
            "the caller chooses",
        ),
        "form": (
            "intercomHash(user.ID)",
            'intercomHash(r.FormValue("user_id"))',
            "the caller chooses",
        ),
        "path": (
            "intercomHash(user.ID)",
            'intercomHash(r.PathValue("id"))',
            "the caller chooses",
        ),
    },
)

GIN = Sample(
    {
        "handlers/messenger.go": """
package handlers

import (
\t"net/http"
\t"time"

\t"github.com/gin-gonic/gin"
\t"github.com/golang-jwt/jwt/v5"
)

type Messenger struct {
\tIntercomSecret []byte
}

func (m *Messenger) Token(c *gin.Context) {
\tid := c.GetString("userID")
\tif id == "" {
\t\tc.AbortWithStatus(http.StatusUnauthorized)
\t\treturn
\t}
\ttoken := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
\t\t"user_id": id,
\t\t"exp":     time.Now().Add(time.Hour).Unix(),
\t})
\tsigned, err := token.SignedString(m.IntercomSecret)
\tif err != nil {
\t\tc.AbortWithStatus(http.StatusInternalServerError)
\t\treturn
\t}
\tc.JSON(http.StatusOK, gin.H{"intercom_user_jwt": signed})
}
"""
    },
    {
        "query": ('c.GetString("userID")', 'c.Query("user")', "the caller chooses"),
        "path": ('c.GetString("userID")', 'c.Param("id")', "the caller chooses"),
        "form": ('c.GetString("userID")', 'c.PostForm("id")', "the caller chooses"),
    },
)

SPRING = Sample(
    {
        "src/main/java/com/example/support/MessengerController.java": """
package com.example.support;

import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping("/support")
public class MessengerController {
    @Value("${intercom.identity-secret}")
    private String secret;

    @GetMapping("/identity")
    public Map<String, String> identity(Principal principal, @RequestParam String page)
            throws Exception {
        String id = principal.getName();
        return Map.of("user_id", id, "user_hash", hash(id), "page", page);
    }

    private String hash(String value) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] digest = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
"""
    },
    {
        "parameter": ("principal.getName();", "page;", "the caller chooses"),
        "path": ("Principal principal,", "@PathVariable User principal,", "the caller chooses"),
        "body": ("Principal principal,", "@RequestBody User principal,", "the caller chooses"),
    },
)

KOTLIN = Sample(
    {
        "src/main/kotlin/com/example/MessengerController.kt": """
package com.example

import io.jsonwebtoken.Jwts
import io.jsonwebtoken.security.Keys
import org.springframework.beans.factory.annotation.Value
import org.springframework.security.core.annotation.AuthenticationPrincipal
import org.springframework.web.bind.annotation.*
import java.util.Date

@RestController
@RequestMapping("/messenger")
class MessengerController(
    @Value("\\${intercom.messenger-secret}") private val secret: String,
) {
    @PostMapping("/token")
    fun token(@AuthenticationPrincipal user: Member, @RequestParam page: String): Any {
        val key = Keys.hmacShaKeyFor(secret.toByteArray())
        val token = Jwts.builder()
            .claim("user_id", user.id)
            .expiration(Date(System.currentTimeMillis() + 3_600_000))
            .signWith(key)
            .compact()
        return mapOf("intercom_user_jwt" to token, "page" to page)
    }
}
"""
    },
    {
        "parameter": ('claim("user_id", user.id)', 'claim("user_id", page)', "the caller chooses"),
        "body": ("@AuthenticationPrincipal user", "@RequestBody user", "the caller chooses"),
    },
)

CSHARP = Sample(
    {
        "Controllers/MessengerController.cs": """
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Shop.Controllers;

[ApiController]
[Authorize]
[Route("api/messenger")]
public class MessengerController : ControllerBase
{
    private readonly IConfiguration _config;

    public MessengerController(IConfiguration config) => _config = config;

    [HttpGet("identity")]
    public IActionResult Identity([FromQuery] string page)
    {
        var id = User.FindFirstValue(ClaimTypes.NameIdentifier);
        return Ok(new { user_id = id, user_hash = Hash(id), page });
    }

    private string Hash(string value)
    {
        var key = Encoding.UTF8.GetBytes(_config["Intercom:IdentitySecret"]);
        using var hmac = new HMACSHA256(key);
        var digest = hmac.ComputeHash(Encoding.UTF8.GetBytes(value));
        return Convert.ToHexString(digest).ToLowerInvariant();
    }
}
"""
    },
    {
        "query": ("Hash(id)", "Hash(page)", "the caller chooses"),
        "form": ("Hash(id)", 'Hash(Request.Form["id"])', "the caller chooses"),
        "route": (
            "User.FindFirstValue(ClaimTypes.NameIdentifier)",
            'Request.Query["id"].ToString()',
            "the caller chooses",
        ),
    },
)

SAMPLES = {
    "Laravel": LARAVEL,
    "Symfony": SYMFONY,
    "plain PHP": PLAIN,
    "net/http": GO,
    "Gin": GIN,
    "Spring": SPRING,
    "Spring in Kotlin": KOTLIN,
    "ASP.NET Core": CSHARP,
}
