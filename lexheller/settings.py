"""Every setting of Lex Heller. What differs between places comes from the environment.

A bad value stops the start. Three ways to run: as a service (strict, the default), LOCAL=1 for one machine
without TLS (`make run`), and DEBUG=1 for developers. docs/operations.md lists every variable.
"""

from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from lexheller import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# ---- where it runs ----

DEBUG = environment.flag("DEBUG")
LOCAL = environment.flag("LOCAL") or DEBUG
SECURE = not LOCAL

SITE_URL = environment.origin("SITE_URL", default="http://127.0.0.1:8000" if LOCAL else None, secure=SECURE)
SITE_HOST = urlsplit(SITE_URL).hostname or ""
if LOCAL and SITE_HOST not in {"127.0.0.1", "localhost"}:
    raise ImproperlyConfigured("LOCAL and DEBUG are for one machine: SITE_URL must be on 127.0.0.1 or localhost.")
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if LOCAL else [SITE_HOST])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECRET_KEY = environment.secret("SECRET_KEY", made_in=VAR_DIR / "secret-key" if LOCAL else None)

TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", default=0 if LOCAL else 1, least=0, most=5)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ---- database, cache, queue ----

_SQLITE_FILE = VAR_DIR / "lexheller.sqlite3"
DATABASES = {"default": environment.database("DATABASE_URL", default=f"sqlite:///{_SQLITE_FILE}" if LOCAL else None)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.redis("REDIS_URL")
CACHES = {"default": environment.cache(REDIS_URL)}

# How queued letters leave: a thread of the one web process, Celery's worker and clock, or not from here.
DELIVERY = environment.choice("DELIVERY", among={"thread", "celery", "off"}, default="off" if LOCAL else "celery")
if DELIVERY == "celery" and not REDIS_URL:
    raise ImproperlyConfigured("DELIVERY=celery needs REDIS_URL, where the worker listens and rate limits are counted.")

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for Redis as long as it takes; by default it would end after some fifty minutes.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# No retries while publishing: a web thread must not wait for a Redis that is down. The sweep sends later.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TIMEZONE = "Europe/Stockholm"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
# A sweep needs no Redis to end well, and may run once more. Ended in the middle, it would leave a letter to come twice.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A wake-up that waited longer than its interval says nothing that the next one does not.
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "notifications.tasks.sweep", "schedule": 30.0, "options": {"expires": 25}},
    "hooks": {"task": "notifications.tasks.call_hooks", "schedule": 30.0, "options": {"expires": 25}},
    # By the clock: an interval would begin anew with each restart, and never end where they come often.
    "hourly": {"task": "notifications.tasks.hourly", "schedule": crontab(minute=7), "options": {"expires": 3000}},
}

# ---- mail ----

_MAIL = environment.mail("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}" if LOCAL else None)
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST = _MAIL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _MAIL["EMAIL_FILE_PATH"] or None
EMAIL_TIMEOUT = 10
# Longer than one letter can take: a handful of answers from the server, each within the timeout.
LETTER_LEASE_SECONDS = 300
# When a letter is tried again that its address did not take; it is given up after the last, some two days.
LETTER_RETRY_SECONDS = [60 * minutes for minutes in (1, 5, 15, 60, 180, 360, 720, 720, 720)]
# The least and the most that a letter waits for a mail server that answers and fails.
LETTER_SERVER_RETRY_SECONDS = (60, 900)
DEFAULT_FROM_EMAIL = environment.address(
    "DEFAULT_FROM_EMAIL", default="Lex Heller <lexheller@example.se>" if LOCAL else None
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where letters that cannot be delivered come back, for `manage.py bounce`; without it they go to the sender.
BOUNCE_ADDRESS = environment.mailbox("BOUNCE_ADDRESS")
EMAIL_SUBJECT_PREFIX = ""

# ---- webhooks ----

# Where a webhook may lead besides the open internet; only there without TLS.
WEBHOOK_ALLOWED_NETWORKS = environment.networks("WEBHOOK_ALLOWED_NETWORKS")
WEBHOOK_PORTS = environment.ports("WEBHOOK_PORTS", default=[443])
# For the connection, and for all of it: a system that is slower has failed.
WEBHOOK_CONNECT_SECONDS, WEBHOOK_SECONDS = 5, 10
# Longer than one call can take.
WEBHOOK_LEASE_SECONDS = 60
# When word is tried again that a system did not take; it is given up after the last, some four days.
WEBHOOK_RETRY_SECONDS = [60 * minutes for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440)]
# How long a system that fails is left alone: after the first time, the second, and so on.
WEBHOOK_PAUSE_SECONDS = [60 * minutes for minutes in (1, 5, 15, 60)]

# ---- the program ----

INSTALLED_APPS = [
    # Before cases, whose demo it adds letters to.
    "notifications",
    "cases",
    "api",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "lexheller.middleware.request_log",
    "lexheller.middleware.security_headers",
    "lexheller.middleware.same_method",
    "lexheller.middleware.no_nul",
    "notifications.bell.ring_after_request",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lexheller.middleware.sliding_session",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "api.middleware.account",
]

ROOT_URLCONF = "lexheller.urls"
WSGI_APPLICATION = "lexheller.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cases.context.around",
                "notifications.context.bell",
            ],
        },
    },
]

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "svenska")]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# Text in a form is far below this; there are no attachments.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "lexheller" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

REST_FRAMEWORK = {
    # The first one says how to come in, where nobody is known.
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.access.ByKey", "api.access.BySession"],
    "DEFAULT_PERMISSION_CLASSES": ["api.access.WithinScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "api.errors.problem",
    # Answers are JSON; ?format= is an unknown parameter like any other.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "api.schema.HouseSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lex Heller",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Paths are whole, and hold for whichever host the description was read from.
    "SERVERS": [{"url": "/", "description": "The program that this description came from."}],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENFORCE_NON_BLANK_FIELDS": True,
    # The domain's codes keep their names.
    "ENUM_NAME_OVERRIDES": {
        "MemberParty": "api.shapes.registers.PARTIES",
        **{
            name: f"cases.codes.{name}.choices"
            for name in (
                "Audience",
                "Cause",
                "Channel",
                "ConcernState",
                "DismissReason",
                "Frequency",
                "GapType",
                "Helped",
                "Lifted",
                "MeasureState",
                "Outcome",
                "Party",
                "PatternStatus",
                "ReleaseAudience",
                "Role",
                "Source",
                "Status",
                "TextKind",
                "Track",
                "Why",
            )
        },
    },
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema.say_what_fields_are",
        "api.schema.show_answers",
        "api.schema.share",
    ],
}

# Requests a minute: by one key or one person that is logged in, and by one address with keys that do not work.
API_READS = environment.number("API_READS_A_MINUTE", default=600, least=1, most=100_000)
API_WRITES = environment.number("API_WRITES_A_MINUTE", default=60, least=1, most=100_000)
API_REFUSED = environment.number("API_REFUSED_A_MINUTE", default=30, least=1, most=100_000)

# ---- people and sessions ----

AUTH_USER_MODEL = "cases.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "cases.accounts.TooShort", "OPTIONS": {"min_length": 12}},
    {"NAME": "cases.accounts.LikeOneself"},
    {"NAME": "cases.accounts.TooCommon"},
    {"NAME": "cases.accounts.OnlyDigits"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "cases.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# Sign-up itself is closed. The passwords must stand here all the same: without them allauth takes the log-in
# page for one without passwords, and mails a code to whoever types one.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# The invitation reached the address, so it need not be proved again; nobody can change it on their own.
ACCOUNT_EMAIL_VERIFICATION = "none"
# No letter to an address that has no account: the form would be a way to write to anyone.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Lex Heller: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "receipt_code": "10/5m/ip",
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 3600 * environment.number("SESSION_HOURS", default=8, least=1, most=72)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
# The prefix makes browsers refuse a cookie that another host of the same domain tries to set.
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cases.views.errors.csrf_failure"

# ---- what every answer says to the browser ----

# An identity provider that a form sends people on to must be named here.
_FORM_ACTION = " ".join(["'self'", *environment.words("CSP_FORM_ACTION", default=[])])
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        f"form-action {_FORM_ACTION}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
# A probe inside the network speaks plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
X_FRAME_OPTIONS = "DENY"

# ---- log ----

LOG_LEVEL = environment.choice(
    "LOG_LEVEL", among={"DEBUG", "INFO", "WARNING", "ERROR"}, default="WARNING" if LOCAL else "INFO"
)
LOGGING_CONFIG = "lexheller.logs.configure"
LOGGING = {"level": LOG_LEVEL, "readable": LOCAL}
