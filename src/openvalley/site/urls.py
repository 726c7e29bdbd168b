"""Addresses: pages below a language, health checks beside them; ``/`` leads to the reader's language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from openvalley.site import health
from openvalley.site.api.routes import api

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("api/v1/", api.urls),
    path("reconcile", include("openvalley.site.reconcile.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("openvalley.site.people.urls")),
                   path("", include("openvalley.site.healthdata.urls")),
                   path("", include("openvalley.site.pages.urls")),
                   prefix_default_language=True),
]

handler400 = "openvalley.site.pages.views.problems.bad_request"
handler403 = "openvalley.site.people.privacy.forbidden"
handler404 = "openvalley.site.pages.views.problems.not_found"
handler500 = "openvalley.site.pages.views.problems.server_error"
