"""What `explain jwt-sound` shows: a JWT that is sound in each language, and one that is not."""

from __future__ import annotations

from intercom_scan.audit.model import sample

_JAVASCRIPT = """\
import jwt from 'jsonwebtoken';

export function intercomJwt(user) {
  const claims = { user_id: user.id, email: user.email, plan: user.plan };
  return jwt.sign(claims, process.env.INTERCOM_MESSENGER_SECRET, {
    algorithm: 'HS256',
    expiresIn: '1h',
  });
}
"""
_TYPESCRIPT = """\
import { SignJWT } from 'jose';

const key = new TextEncoder().encode(process.env.INTERCOM_MESSENGER_SECRET);

export async function intercomJwt(userId: string): Promise<string> {
  return new SignJWT({ user_id: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(key);
}
"""
_PYTHON = """\
import os
from datetime import datetime, timedelta, timezone

import jwt


def intercom_jwt(user):
    expires = datetime.now(timezone.utc) + timedelta(hours=1)
    claims = {"user_id": str(user.id), "email": user.email, "exp": expires}
    return jwt.encode(claims, os.environ["INTERCOM_MESSENGER_SECRET"], algorithm="HS256")
"""
_RUBY = """\
require "jwt"

class IntercomJwt
  def self.for(user)
    claims = { user_id: user.id.to_s, email: user.email, exp: 1.hour.from_now.to_i }
    JWT.encode(claims, ENV.fetch("INTERCOM_MESSENGER_SECRET"), "HS256")
  end
end
"""
_PHP = """\
<?php

use Firebase\\JWT\\JWT;

function intercom_jwt(User $user): string
{
    $claims = ['user_id' => (string) $user->id, 'exp' => time() + 3600];

    return JWT::encode($claims, getenv('INTERCOM_MESSENGER_SECRET'), 'HS256');
}
"""
_GO = """\
package support

import (
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func IntercomJWT(userID string) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"user_id": userID,
		"exp":     time.Now().Add(time.Hour).Unix(),
	})
	return token.SignedString([]byte(os.Getenv("INTERCOM_MESSENGER_SECRET")))
}
"""
_JAVA = """\
import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.time.Duration;
import java.time.Instant;

class IntercomJwt {
  String make(String userId) {
    return JWT.create()
        .withClaim("user_id", userId)
        .withExpiresAt(Instant.now().plus(Duration.ofHours(1)))
        .sign(Algorithm.HMAC256(System.getenv("INTERCOM_MESSENGER_SECRET")));
  }
}
"""
_KOTLIN = """\
import io.jsonwebtoken.Jwts
import io.jsonwebtoken.security.Keys
import java.time.Duration
import java.time.Instant
import java.util.Date

fun intercomJwt(userId: String): String {
    val key = Keys.hmacShaKeyFor(System.getenv("INTERCOM_MESSENGER_SECRET").toByteArray())
    return Jwts.builder()
        .claim("user_id", userId)
        .expiration(Date.from(Instant.now().plus(Duration.ofHours(1))))
        .signWith(key, Jwts.SIG.HS256)
        .compact()
}
"""
_CSHARP = """\
using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.Tokens;

public static class IntercomJwt
{
    public static string Make(string userId)
    {
        var secret = Environment.GetEnvironmentVariable("INTERCOM_MESSENGER_SECRET");
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret));
        var token = new JwtSecurityToken(
            claims: new[] { new Claim("user_id", userId) },
            expires: DateTime.UtcNow.AddHours(1),
            signingCredentials: new SigningCredentials(key, SecurityAlgorithms.HmacSha256));
        return new JwtSecurityTokenHandler().WriteToken(token);
    }
}
"""
# Language, file name, safe code, what is otherwise in the unsafe one.
_SHOWN = (
    ("JavaScript", "jwt.js", _JAVASCRIPT, ("    expiresIn: '1h',\n", "")),
    ("TypeScript", "jwt.ts", _TYPESCRIPT, ("    .setExpirationTime('1h')\n", "")),
    ("Python", "jwt.py", _PYTHON, (', "exp": expires', "")),
    ("Ruby", "intercom_jwt.rb", _RUBY, ("1.hour.from_now", "1.year.from_now")),
    ("PHP", "intercom_jwt.php", _PHP, (", 'exp' => time() + 3600", "")),
    ("Go", "jwt.go", _GO, ("time.Hour", "365 * 24 * time.Hour")),
    ("Java", "IntercomJwt.java", _JAVA, ('"user_id"', '"sub"')),
    ("Kotlin", "IntercomJwt.kt", _KOTLIN, ("Duration.ofHours(1)", "Duration.ofDays(365)")),
    ("C#", "IntercomJwt.cs", _CSHARP, ("HmacSha256", "HmacSha512")),
)
SAMPLES = tuple(sample(language, path, safe, *change) for language, path, safe, change in _SHOWN)
