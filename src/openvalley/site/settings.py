"""Django's settings, made from ours. This module is the site's edge: it reads the environment, once."""

import os

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from openvalley.settings import settings_from
from openvalley.site.configuration import (
    database,
    earlier_keys,
    hosts,
    mail,
    secret_key,
    site_address,
    site_folder,
    trusted_origins,
)
from openvalley.site.logs import is_told

#: Our own frozen settings; the pages find home and region here.
OPENVALLEY = settings_from(os.environ)

_FOLDER = site_folder(OPENVALLEY)

DEBUG = os.environ.get("OPENVALLEY_DEBUG") == "1"
SECRET_KEY = secret_key(OPENVALLEY, os.environ)
#: Keys that were used before: what they signed and sealed is still read.
SECRET_KEY_FALLBACKS = earlier_keys(os.environ)
ALLOWED_HOSTS = hosts(os.environ)
CSRF_TRUSTED_ORIGINS = trusted_origins(ALLOWED_HOSTS)
#: Whether people reach the site by https: so they do as soon as it has a name beside those of the own machine.
HTTPS = bool(CSRF_TRUSTED_ORIGINS)
DATABASES = {"default": database(OPENVALLEY, os.environ)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "openvalley.site.urls"
WSGI_APPLICATION = "openvalley.site.wsgi.application"
APPEND_SLASH = False
INSTALLED_APPS = [
    "openvalley.site.pages",
    "openvalley.site.people",      # before allauth: its templates go before those of the same name
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "corsheaders",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "openvalley.site.api.methods.Methods",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",   # below what compresses: an ETag is of what is said
    "openvalley.site.people.privacy.Private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",   # above what makes pages: a page's language is in its address
    "openvalley.site.middleware.Bounded",   # above what reads a form: the check of its token
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "openvalley.site.middleware.OurErrors",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "openvalley.site.pages.context.everywhere",
    ]},
}]

#: People: an e-mail address and a password; who is who is told by openvalley.site.people.
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["email", "called"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
ACCOUNT_ADAPTER = "openvalley.site.people.adapter.Adapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_DISPLAY = "openvalley.site.people.adapter.shown_to_oneself"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_ADAPTER = "openvalley.site.people.sealing.SecondFactors"
MFA_TOTP_ISSUER = "OpenValley"
#: Steps of 30 seconds by which an app's clock may differ, as RFC 6238, section 5.2, recommends.
MFA_TOTP_TOLERANCE = 1
#: Whether curators and administrators need a second factor at their desk: where others than the own machine get at it.
SECOND_FACTOR_NEEDED = HTTPS
#: How many servers stand before this one and name the reader's network address; limits on signing in count by it.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("OPENVALLEY_PROXIES") or (1 if HTTPS else 0))
#: The API counts by the same address; without a server before this one, what readers say of themselves counts nothing.
NINJA_NUM_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT
#: Where all processes see what was counted for limits.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # What each process counts for itself: limits of the API, where a count in the database would cost more than asking.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
}
vars().update(mail(os.environ))
#: The address under which e-mails lead back to the site.
SITE_ADDRESS = site_address(os.environ, ALLOWED_HOSTS)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("fr", _("French")), ("de", _("German"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
#: Compiled from the .po files beside the pages by `openvalley.site.preparation`.
LOCALE_PATHS = [_FOLDER / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = _FOLDER / "static"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder", "openvalley.site.assets.Vendored"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"],
        "connect-src": [SELF], "font-src": [SELF], "form-action": [SELF], "base-uri": [NONE],
        "frame-ancestors": [NONE], "manifest-src": [SELF], "object-src": [NONE],
    },
}
#: Pages of others may read what the API and the reconciliation service say; no cookie of a reader goes with it.
CORS_URLS_REGEX = r"^/(api/v1|reconcile)"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
#: The cookie of a form's token ends with the visit; scripts have no use for it.
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "openvalley.site.people.privacy.forged"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
#: Whoever runs the machine asks these, past the server before it.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
#: Whether other names below the site's own speak https is not ours to promise (includeSubDomains, preload).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"json": {"()": "openvalley.site.logs.JsonLines"}},
    "filters": {"told": {"()": "django.utils.log.CallbackFilter", "callback": is_told}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["told"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
