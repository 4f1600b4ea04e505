"""The same in Python."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

FASTAPI = Sample(
    {
        "app/routers/support.py": '''
import time

from fastapi import APIRouter, Depends
from jose import jwt

from app.auth import get_current_user
from app.config import settings
from app.models import User

router = APIRouter(prefix="/support", tags=["intercom"])


@router.get("/jwt")
async def messenger_jwt(user: User = Depends(get_current_user)):
    """A JWT for the Messenger."""
    now = int(time.time())
    payload = {
        "user_id": str(user.id),
        "email": user.email,
        "iat": now,
        "exp": now + 3600,
    }
    token = jwt.encode(payload, settings.INTERCOM_SECRET_KEY, algorithm="HS256")
    return {"jwt": token}
''',
    },
    {
        "endless": ('        "exp": now + 3600,\n', "", "has no exp"),
        "long": ("now + 3600", "now + 86400 * 365", "counts for 365 days"),
        "none": ('algorithm="HS256"', 'algorithm="none"', "is not signed"),
        "other": ('algorithm="HS256"', 'algorithm="HS512"', "HS512"),
        "nobody": ('"user_id": str(user.id)', '"sub": str(user.id)', "has no user_id"),
        "length": ("now + 3600", "3600", "no time since 1970"),
    },
)

DJANGO = Sample(
    {
        "support/intercom.py": """
from datetime import datetime, timedelta, timezone

import jwt
from django.conf import settings

LIFETIME = timedelta(minutes=30)


def build_claims(user):
    claims = {"user_id": str(user.pk), "name": user.get_full_name()}
    if user.email:
        claims["email"] = user.email
    claims["exp"] = datetime.now(tz=timezone.utc) + LIFETIME
    return claims


def user_token(user):
    return jwt.encode(build_claims(user), settings.INTERCOM_API_SECRET, algorithm="HS256")
""",
        "support/context_processors.py": """
from .intercom import user_token


def intercom(request):
    if not request.user.is_authenticated:
        return {}
    return {"intercom_user_jwt": user_token(request.user)}
""",
    },
    {
        "endless": (
            '    claims["exp"] = datetime.now(tz=timezone.utc) + LIFETIME\n',
            "",
            "has no exp",
        ),
        "long": ("timedelta(minutes=30)", "timedelta(days=30)", "counts for 30 days"),
        "nobody": ('"user_id": str(user.pk), ', "", "has no user_id"),
        "other": ('algorithm="HS256"', 'algorithm="RS256"', "RS256"),
    },
)

FLASK = Sample(
    {
        "app/intercom.py": """
import datetime
import os

import jwt
from flask import Blueprint, jsonify
from flask_login import current_user, login_required

bp = Blueprint("intercom", __name__)
SECRET = os.environ["INTERCOM_MESSENGER_SECRET"]
ALGORITHM = "HS256"


def sign(claims, lifetime=datetime.timedelta(hours=1)):
    issued = datetime.datetime.utcnow()
    return jwt.encode(dict(claims, iat=issued, exp=issued + lifetime), SECRET, ALGORITHM)


@bp.route("/intercom/token")
@login_required
def token():
    return jsonify(token=sign({"user_id": current_user.get_id(), "email": current_user.email}))
""",
    },
    {
        "long": ("timedelta(hours=1)", "timedelta(weeks=4)", "counts for 28 days"),
        "endless": (", exp=issued + lifetime", "", "has no exp"),
        "other": ('ALGORITHM = "HS256"', 'ALGORITHM = "HS384"', "HS384"),
        "none": ('ALGORITHM = "HS256"', 'ALGORITHM = "none"', "is not signed"),
        "nobody": (
            '"user_id": current_user.get_id()',
            '"id": current_user.get_id()',
            "has no user_id",
        ),
    },
)

AUTHLIB = Sample(
    {
        "services/messenger.py": """
import time

from authlib.jose import jwt

from .settings import Settings


class IntercomTokens:
    def __init__(self, settings: Settings):
        self.secret = settings.intercom_identity_secret

    def make(self, user_id: str) -> str:
        header = {"alg": "HS256"}
        claims = {"user_id": user_id, "exp": int(time.time()) + 10 * 60}
        return jwt.encode(header, claims, self.secret).decode()
""",
    },
    {
        "none": ('"alg": "HS256"', '"alg": "none"', "is not signed"),
        "long": ("10 * 60", "10 * 86400", "counts for 10 days"),
        "endless": (', "exp": int(time.time()) + 10 * 60', "", "has no exp"),
        "nobody": ('"user_id": user_id', '"sub": user_id', "has no user_id"),
    },
)

SAMPLES = {"fastapi": FASTAPI, "django": DJANGO, "flask": FLASK, "authlib": AUTHLIB}
