"""Django's settings, the same in production, in the demo and in tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from passalong.config.env import read_environment
from passalong.config.mail_url import email_settings

os.environ.setdefault("OPENPYXL_LXML", "False")  # openpyxl reads by defusedxml, also where another part brings lxml
ENV = read_environment()
DATA = ENV.data
PUBLIC_URL = ENV.public_url
PROXIES = ENV.proxies
CLOCK_OFFSET = ENV.clock_offset

SECRET_KEY = ENV.secret_key
PRIVACY_KEY = ENV.privacy_key
DNS = ENV.dns
OUTBOUND_ALLOW = ENV.outbound_allow
WHISPER_MODEL = ENV.whisper_model
DEBUG = ENV.debug
_public = urlsplit(PUBLIC_URL)
_is_public_https = _public.scheme == "https"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] + ([_public.hostname] if _public.hostname else [])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

INSTALLED_APPS = [
    "passalong.core",
    "passalong.ui",
    "passalong.accounts",
    "passalong.compliance",
    "passalong.contacts",
    "passalong.mail",
    "passalong.kits",
    "passalong.ties",
    "passalong.privacy",
    "passalong.audience",
    "passalong.introductions",
    "passalong.prospecting",
    "passalong.interviews",
    "passalong.exchange",
    "passalong.demo",
    "passalong.desk",
    "passalong.portal",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "passalong.accounts.middleware.MemberMiddleware",
]

ROOT_URLCONF = "passalong.config.urls"
WSGI_APPLICATION = "passalong.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# SQLite: one writer. IMMEDIATE takes the write lock at BEGIN, so that waiting for it honours the timeout.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728; "
        "PRAGMA secure_delete=ON;"  # what was erased is overwritten, not only forgotten
    ),
}
DATABASES: dict[str, Any] = {
    "default": (
        dj_database_url.parse(ENV.database_url, conn_max_age=60, conn_health_checks=True)
        if ENV.database_url
        else {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "passalong.sqlite3",
            "OPTIONS": _SQLITE_OPTIONS,
        }
    )
}
FORM_RENDERER = "passalong.ui.renderers.FormRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "slow"]}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:today"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "passalong.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # members come by a link that was handed to them, never by signing up
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an owner vouches for members' addresses by inviting them
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _is_public_https

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"  # until a mail server is named, messages are kept here to be read
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = ENV.mail_from
MAIL_INBOX = ENV.mail_inbox
MAIL_BOUNCE_ADDRESS = ENV.mail_bounce
MAIL_UNDO_SECONDS = ENV.mail_undo
MAIL_DKIM_SELECTOR = ENV.dkim_selector
MAIL_DKIM_KEY = ENV.dkim_key
IMAP_URL = ENV.imap_url
IMAP_DONE_FOLDER = ENV.imap_done
MAIL_OAUTH_CLIENT_ID = ENV.oauth_client
MAIL_OAUTH_CLIENT_SECRET = ENV.oauth_secret
MAIL_OAUTH_REFRESH_TOKEN = ENV.oauth_refresh
MAIL_OAUTH_TOKEN_URL = ENV.oauth_url
MAIL_TRUSTED_HOST = ENV.mail_trusted
MAIL_HOOK_SECRET = ENV.hook_secret
globals().update(email_settings(ENV.email_url))

LANGUAGE_CODE = ENV.language
# A language is offered once its words are here. Of others a browser asks for, Django would bring the months, and dates
# that native date inputs cannot read.
LANGUAGES = list(({ENV.language: ENV.language} | {"en": "English"}).items())
FORMAT_MODULE_PATH = "passalong.config.formats"
TIME_ZONE = ENV.time_zone
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF, "blob:"],  # sound of interviews; what was just recorded, listened to before it is sent
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_public_https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
if _is_public_https:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "passalong.core.masking.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"passalong": {"level": "INFO"}},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
ROOT = Path(__file__).resolve().parent.parent
