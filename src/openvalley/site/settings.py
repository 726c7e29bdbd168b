"""Django's settings, made from ours. This module is the site's edge: it reads the environment, once."""

import os

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from openvalley.settings import settings_from
from openvalley.site.configuration import database, hosts, secret_key, site_folder, trusted_origins

#: Our own frozen settings; the pages find home and region here.
OPENVALLEY = settings_from(os.environ)

_FOLDER = site_folder(OPENVALLEY)

DEBUG = os.environ.get("OPENVALLEY_DEBUG") == "1"
SECRET_KEY = secret_key(OPENVALLEY, os.environ)
ALLOWED_HOSTS = hosts(os.environ)
DATABASES = {"default": database(OPENVALLEY, os.environ)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "openvalley.site.urls"
WSGI_APPLICATION = "openvalley.site.wsgi.application"
APPEND_SLASH = False
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "openvalley.site.pages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.locale.LocaleMiddleware",   # above what makes pages: a page's language is in its address
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "openvalley.site.middleware.OurErrors",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": ["openvalley.site.pages.context.everywhere"]},
}]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("fr", _("French")), ("de", _("German"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
#: Compiled from the .po files beside the pages by `openvalley.site.preparation`.
LOCALE_PATHS = [_FOLDER / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = _FOLDER / "static"
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
CSRF_TRUSTED_ORIGINS = trusted_origins(ALLOWED_HOSTS)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
