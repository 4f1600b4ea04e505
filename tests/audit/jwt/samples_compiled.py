"""The same in Go, Java, Kotlin and C#."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

GO = Sample(
    {
        "internal/support/intercom.go": """package support

import (
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/golang-jwt/jwt/v5"
)

func IntercomToken(c *gin.Context) {
	user := currentUser(c)
	secret := []byte(os.Getenv("INTERCOM_MESSENGER_SECRET"))
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"user_id": user.ID,
		"email":   user.Email,
		"exp":     time.Now().Add(time.Hour).Unix(),
	})
	signed, err := token.SignedString(secret)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.JSON(http.StatusOK, gin.H{"token": signed})
}
""",
    },
    {
        "endless": ('		"exp":     time.Now().Add(time.Hour).Unix(),\n', "", "has no exp"),
        "long": ("Add(time.Hour)", "Add(24 * 30 * time.Hour)", "counts for 30 days"),
        "other": ("SigningMethodHS256", "SigningMethodHS512", "HS512"),
        "none": ("SigningMethodHS256", "SigningMethodNone", "is not signed"),
        "nobody": ('"user_id": user.ID', '"sub": user.ID', "has no user_id"),
    },
)

STRUCT = Sample(
    {
        "intercom/token.go": """package intercom

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type messengerClaims struct {
	UserID string `json:"user_id"`
	Email  string `json:"email,omitempty"`
	jwt.RegisteredClaims
}

const lifetime = 15 * time.Minute

type Signer struct {
	secret []byte
}

func (s *Signer) UserToken(userID, email string) (string, error) {
	claims := messengerClaims{
		UserID: userID,
		Email:  email,
		RegisteredClaims: jwt.RegisteredClaims{
			ExpiresAt: jwt.NewNumericDate(time.Now().Add(lifetime)),
		},
	}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(s.secret)
}
""",
    },
    {
        "long": ("15 * time.Minute", "15 * 24 * time.Hour", "counts for 15 days"),
        "other": ("SigningMethodHS256", "SigningMethodHS384", "HS384"),
        "endless": ("			ExpiresAt: jwt.NewNumericDate(time.Now().Add(lifetime)),\n", "",
                    "has no exp"),
    },
)  # fmt: skip

SPRING = Sample(
    {
        "src/main/java/com/example/support/IntercomTokenService.java": """
package com.example.support;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.SignatureAlgorithm;
import io.jsonwebtoken.security.Keys;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

@Service
public class IntercomTokenService {

  private final Key key;

  public IntercomTokenService(@Value("${intercom.messenger-secret}") String secret) {
    this.key = Keys.hmacShaKeyFor(secret.getBytes(StandardCharsets.UTF_8));
  }

  public String tokenFor(User user) {
    Instant now = Instant.now();
    return Jwts.builder()
        .claim("user_id", user.getId().toString())
        .claim("email", user.getEmail())
        .setIssuedAt(Date.from(now))
        .setExpiration(Date.from(now.plus(1, ChronoUnit.HOURS)))
        .signWith(key, SignatureAlgorithm.HS256)
        .compact();
  }
}
""",
    },
    {
        "endless": ("        .setExpiration(Date.from(now.plus(1, ChronoUnit.HOURS)))\n", "",
                    "has no exp"),
        "long": ("now.plus(1, ChronoUnit.HOURS)", "now.plus(60, ChronoUnit.DAYS)",
                 "counts for 60 days"),
        "other": ("SignatureAlgorithm.HS256", "SignatureAlgorithm.HS512", "HS512"),
        "nobody": ('.claim("user_id", user.getId().toString())', '.setSubject(user.getName())',
                   "has no user_id"),
    },
)  # fmt: skip

AUTH0 = Sample(
    {
        "src/main/java/com/example/api/IntercomController.java": """
package com.example.api;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.security.Principal;
import java.util.Date;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class IntercomController {

  private static final long LIFETIME_MS = 30 * 60 * 1000L;

  @GetMapping("/api/intercom/token")
  public Map<String, String> token(Principal principal) {
    String token = JWT.create()
        .withClaim("user_id", principal.getName())
        .withExpiresAt(new Date(System.currentTimeMillis() + LIFETIME_MS))
        .sign(Algorithm.HMAC256(System.getenv("INTERCOM_SECRET")));
    return Map.of("token", token);
  }
}
""",
    },
    {
        "endless": (".withExpiresAt(new Date(System.currentTimeMillis() + LIFETIME_MS))", "",
                    "has no exp"),
        "long": ("30 * 60 * 1000L", "30 * 24 * 60 * 60 * 1000L", "counts for 30 days"),
        "other": ("HMAC256", "HMAC512", "HS512"),
        "nobody": ('withClaim("user_id"', 'withClaim("uid"', "has no user_id"),
        "none": ('Algorithm.HMAC256(System.getenv("INTERCOM_SECRET"))', "Algorithm.none()",
                 "is not signed"),
    },
)  # fmt: skip

KOTLIN = Sample(
    {
        "src/main/kotlin/com/example/support/IntercomTokens.kt": """
package com.example.support

import io.jsonwebtoken.Jwts
import io.jsonwebtoken.security.Keys
import java.time.Duration
import java.time.Instant
import java.util.Date
import org.springframework.beans.factory.annotation.Value
import org.springframework.stereotype.Component

@Component
class IntercomTokens(@Value("\\${intercom.secret}") private val secret: String) {

    fun forUser(user: User): String {
        val key = Keys.hmacShaKeyFor(secret.toByteArray())
        val expires = Instant.now().plus(Duration.ofMinutes(45))
        return Jwts.builder()
            .claim("user_id", user.id.toString())
            .claim("email", user.email)
            .expiration(Date.from(expires))
            .signWith(key, Jwts.SIG.HS256)
            .compact()
    }
}
""",
    },
    {
        "endless": ("            .expiration(Date.from(expires))\n", "", "has no exp"),
        "long": ("Duration.ofMinutes(45)", "Duration.ofDays(45)", "counts for 45 days"),
        "other": ("Jwts.SIG.HS256", "Jwts.SIG.HS512", "HS512"),
        "nobody": ('            .claim("user_id", user.id.toString())\n', "", "has no user_id"),
    },
)

DOTNET = Sample(
    {
        "Services/IntercomTokenService.cs": """
using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Example.Services;

public class IntercomTokenService
{
    private readonly IConfiguration _configuration;

    public IntercomTokenService(IConfiguration configuration)
    {
        _configuration = configuration;
    }

    public string CreateToken(AppUser user)
    {
        var key = new SymmetricSecurityKey(
            Encoding.UTF8.GetBytes(_configuration["Intercom:MessengerSecret"]));
        var credentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256);
        var claims = new[]
        {
            new Claim("user_id", user.Id),
            new Claim("email", user.Email),
        };
        var token = new JwtSecurityToken(
            claims: claims,
            expires: DateTime.UtcNow.AddHours(1),
            signingCredentials: credentials);
        return new JwtSecurityTokenHandler().WriteToken(token);
    }
}
""",
    },
    {
        "endless": ("            expires: DateTime.UtcNow.AddHours(1),\n", "", "has no exp"),
        "long": ("AddHours(1)", "AddYears(1)", "counts for 365 days"),
        "other": ("HmacSha256)", "HmacSha512)", "HS512"),
        "nobody": ('new Claim("user_id", user.Id)', 'new Claim("sub", user.Id)', "has no user_id"),
    },
)

DESCRIPTOR = Sample(
    {
        "Controllers/IntercomController.cs": """
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

[ApiController]
[Authorize]
[Route("api/intercom")]
public class IntercomController : ControllerBase
{
    [HttpGet("token")]
    public IActionResult Token()
    {
        var secret = Environment.GetEnvironmentVariable("INTERCOM_MESSENGER_SECRET");
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret));
        var descriptor = new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity(new[]
            {
                new Claim("user_id", User.FindFirstValue(ClaimTypes.NameIdentifier)),
            }),
            Expires = DateTime.UtcNow.AddMinutes(20),
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
        };
        return Ok(new { token = new JsonWebTokenHandler().CreateToken(descriptor) });
    }
}
""",
    },
    {
        "endless": ("            Expires = DateTime.UtcNow.AddMinutes(20),\n", "", "has no exp"),
        "long": ("AddMinutes(20)", "AddDays(20)", "counts for 20 days"),
        "other": ("HmacSha256)", "HmacSha384)", "HS384"),
        "nobody": ('new Claim("user_id"', 'new Claim("uid"', "has no user_id"),
    },
)

SAMPLES = {
    "go": GO,
    "struct": STRUCT,
    "spring": SPRING,
    "auth0": AUTH0,
    "kotlin": KOTLIN,
    "dotnet": DOTNET,
    "descriptor": DESCRIPTOR,
}
