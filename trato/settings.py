"""Django's settings. What an installation may change comes from trato.kit.environment."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import django_stubs_ext
import pghistory
import pgtrigger
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from trato.kit import environment
from trato.kit.postgres import server

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent
TRATO_HOME = environment.home()
# What is written for a while only, uploads on their way in and files on their way out.
SCRATCH = TRATO_HOME / "scratch"
SCRATCH.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    given = environment.value("TRATO_SECRET_KEY")
    if given:
        return str(given)
    path = TRATO_HOME / "secret_key"
    if path.exists():
        return path.read_text()
    TRATO_HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=TRATO_HOME, prefix="secret_key.") as made:
        made.write(secrets.token_urlsafe(48))
        made.flush()
        # Linking fails when there is a key: of two first processes one key is kept, and whole.
        with suppress(FileExistsError):
            os.link(made.name, path)
    return path.read_text()


def _database() -> dict[str, object]:
    url = environment.value("DATABASE_URL") or server.address(TRATO_HOME)
    parts = conninfo_to_dict(url)
    # Statements of milliseconds are not worth compiling.
    parts["options"] = f"{parts.get('options', '')} -c jit=off".strip()
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    database: dict[str, object] = {name: parts.pop(key, "") for key, name in known.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **database,
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "trato_test"},
    }


SECRET_KEY = _secret_key()
DEBUG = environment.value("TRATO_DEBUG")
PORT = environment.value("TRATO_PORT")
PUBLIC_URL = environment.value("TRATO_URL") or f"http://localhost:{PORT}"
ALLOWED_HOSTS = [*environment.value("TRATO_ALLOWED_HOSTS"), urlsplit(PUBLIC_URL).hostname]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "trato.ui",
    "trato.identity",
    "trato.customers",
    "trato.catalog",
    "trato.collaboration",
    "trato.sales",
    "trato.acquisition",
    "trato.imports",
    "trato.insight",
    "trato.web",
    "trato.api",
    "trato.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "trato.identity.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trato.identity.middleware.preferences",
    "trato.identity.middleware.history",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "trato.urls"
WSGI_APPLICATION = "trato.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trato.identity.context.shell",
            ],
            "builtins": ["trato.ui.templatetags.ui"],
        },
    }
]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What takes long to work out, for all processes.
    "shared": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": TRATO_HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

AUTH_USER_MODEL = "identity.User"
# An index on the lower-case e-mail makes it unique, which Django does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "identity:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "identity:login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "trato.identity.lockout.locked_out"
AXES_HANDLER = "trato.identity.lockout.Handler"
AXES_CLIENT_IP_CALLABLE = "trato.identity.lockout.client_address"
TRUSTED_PROXIES = environment.value("TRATO_TRUSTED_PROXIES")
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_USERNAME_FORM_FIELD = "username"

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "kit/locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = TRATO_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "ico", "woff2")
MEDIA_ROOT = TRATO_HOME / "files"
FILE_UPLOAD_TEMP_DIR = SCRATCH
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PUBLIC_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}


def _mailer() -> dict[str, object]:
    url = environment.value("TRATO_MAIL_URL")
    if not url:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(TRATO_HOME / "mail")},
        }
    parts = urlsplit(url)
    safe = parts.scheme == "smtps"
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "",
            "port": parts.port or (465 if safe else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": safe,
            "use_tls": bool(parts.username) and not safe,
            "timeout": 20,
        },
    }


MAILERS = {"default": _mailer()}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.value("TRATO_MAIL_FROM")

API_CALLS_A_MINUTE: int = environment.value("TRATO_API_CALLS")

SPARK: str = environment.value("TRATO_SPARK")
LAKE: str = environment.value("TRATO_LAKE") or str(TRATO_HOME / "lake")

PGHISTORY_APPEND_ONLY = True
# One trigger a statement: the history of a batch of a hundred takes a third of the time.
PGHISTORY_LEVEL = pgtrigger.Statement
# Its default, `events`, is taken: a customer has events of another kind.
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="history")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.value("TRATO_LOG_LEVEL")},
    "loggers": {"axes": {"level": "WARNING"}, "procrastinate": {"level": "WARNING"}},
}
