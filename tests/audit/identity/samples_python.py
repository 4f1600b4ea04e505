"""Servers in Python that make proofs, and ways to make them for anybody."""

from __future__ import annotations

from tests.audit.signed.samples import Sample

FLASK = Sample(
    {
        "shop/support.py": '''
import hashlib
import hmac
import os

from flask import Blueprint, jsonify, request
from flask_login import current_user, login_required

bp = Blueprint("support", __name__, url_prefix="/support")


def intercom_hash(user_id):
    """The proof of identity that the Messenger wants."""
    key = os.environ["INTERCOM_IDENTITY_SECRET"].encode()
    return hmac.new(key, str(user_id).encode(), digestmod=hashlib.sha256).hexdigest()


@bp.route("/identity")
@login_required
def identity():
    page = request.args.get("page", "/")
    return jsonify(
        {
            "user_id": current_user.id,
            "user_hash": intercom_hash(current_user.id),
            "page": page,
        }
    )
'''
    },
    {
        "query": (
            "intercom_hash(current_user.id)",
            'intercom_hash(request.args["user_id"])',
            "the caller chooses",
        ),
        "json": (
            "intercom_hash(current_user.id)",
            'intercom_hash(request.get_json()["id"])',
            "the caller chooses",
        ),
        "form": (
            "intercom_hash(current_user.id)",
            'intercom_hash(request.form.get("email"))',
            "the caller chooses",
        ),
        "address": (
            '@bp.route("/identity")\n@login_required\ndef identity():',
            '@bp.route("/identity/<uid>")\ndef identity(uid):\n    current_user = load(uid)',
            "the caller chooses",
        ),
    },
)

DJANGO = Sample(
    {
        "accounts/context_processors.py": '''
import hashlib
import hmac

from django.conf import settings


def intercom(request):
    """What the base template hands to the Messenger."""
    user = request.user
    if not user.is_authenticated:
        return {"intercom_app_id": settings.INTERCOM_APP_ID}
    user_hash = hmac.new(
        settings.INTERCOM_SECRET_KEY.encode("utf-8"),
        str(user.pk).encode("utf-8"),
        hashlib.sha256,
    ).hexdigest()
    return {
        "intercom_app_id": settings.INTERCOM_APP_ID,
        "intercom_user_hash": user_hash,
    }
'''
    },
    {
        "query": ("str(user.pk)", 'request.GET["user"]', "the caller chooses"),
        "form": ("str(user.pk)", 'request.POST.get("user_id", "")', "the caller chooses"),
        "cookie-less": (
            "user = request.user\n",
            'user = User.objects.get(pk=request.GET.get("id"))\n',
            "the caller chooses",
        ),
    },
)

REST = Sample(
    {
        "api/views.py": '''
from datetime import datetime, timedelta, timezone

import jwt
from django.conf import settings
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class MessengerTokenView(APIView):
    """A token for Intercom's Messenger."""

    permission_classes = [IsAuthenticated]

    def post(self, request):
        now = datetime.now(tz=timezone.utc)
        payload = {
            "user_id": str(request.user.id),
            "email": request.user.email,
            "exp": now + timedelta(hours=1),
        }
        token = jwt.encode(payload, settings.INTERCOM_MESSENGER_SECRET, algorithm="HS256")
        return Response({"intercom_user_jwt": token})
'''
    },
    {
        "body": ("str(request.user.id)", 'request.data["user_id"]', "the caller chooses"),
        "query": ("str(request.user.id)", 'request.query_params["id"]', "the caller chooses"),
    },
)

FASTAPI = Sample(
    {
        "app/routers/messenger.py": """
import time
from typing import Annotated

import jwt
from fastapi import APIRouter, Depends, HTTPException

from app.auth import get_current_user
from app.models import User
from app.settings import settings

router = APIRouter(prefix="/messenger")


def make_token(user_id: str, email: str) -> str:
    claims = {"user_id": user_id, "email": email, "exp": int(time.time()) + 3600}
    return jwt.encode(claims, settings.intercom_messenger_secret, algorithm="HS256")


@router.get("/token")
async def token(user: User = Depends(get_current_user)):
    if not user.is_active:
        raise HTTPException(status_code=403)
    return {"token": make_token(user.id, user.email)}
"""
    },
    {
        "parameter": (
            "async def token(user: User = Depends(get_current_user)):",
            "async def token(user: User):",
            "the caller chooses",
        ),
        "address": (
            "make_token(user.id, user.email)}",
            'make_token(user.id, user.email)}\n\n\n@router.get("/old/{uid}")\n'
            'async def old(uid: str):\n    return {"token": make_token(uid, "")}',
            "the caller chooses",
        ),
    },
)

STARLETTE = Sample(
    {
        "web/intercom.py": """
import hmac
import os

from starlette.authentication import requires
from starlette.responses import JSONResponse
from starlette.routing import Route

SECRET = os.getenv("INTERCOM_SECRET_KEY", "")


@requires("authenticated")
async def identity(request):
    user = request.user
    digest = hmac.new(SECRET.encode(), user.identity.encode(), "sha256").hexdigest()
    return JSONResponse({"id": user.identity, "user_hash": digest})


routes = [Route("/intercom/identity", identity)]
"""
    },
    {
        "query": ("user.identity.encode()", 'request.query_params["id"].encode()', "the caller"),
        "address": (
            "user.identity.encode()",
            'request.path_params["id"].encode()',
            "the caller",
        ),
        "body": (
            "    user = request.user\n",
            '    user = (await request.json())["user"]\n',
            "the caller",
        ),
    },
)

SAMPLES = {
    "Flask": FLASK,
    "Django": DJANGO,
    "Django REST framework": REST,
    "FastAPI": FASTAPI,
    "Starlette": STARLETTE,
}
