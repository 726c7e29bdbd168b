"""Addresses: pages below a language, health checks beside them; ``/`` leads to the reader's language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.shortcuts import redirect
from django.urls import include, path, re_path

from openvalley.site import health
from openvalley.site.api.routes import api
from openvalley.site.syndication import views as syndication
from openvalley.vocabulary.terms import LANGUAGES

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("api/v1/", api.urls),
    path("reconcile", include("openvalley.site.reconcile.urls")),
    path("admin/", admin.site.urls),
    path("sitemap.xml", syndication.sitemap, name="sitemap"),
    path("robots.txt", syndication.robots),
    re_path(f"^(?:{'|'.join(LANGUAGES)})$", lambda request: redirect(f"{request.path}/", permanent=True)),
    *i18n_patterns(path("changes.atom", syndication.changes, name="changes-feed"),
                   path("fund.ics", syndication.deadlines, {"form": "ics"}, name="fund-ics"),
                   path("fund.atom", syndication.deadlines, {"form": "atom"}, name="fund-atom"),
                   path("opensearch.xml", syndication.opensearch, name="opensearch"),
                   path("", include("openvalley.site.people.urls")),
                   path("", include("openvalley.site.healthdata.urls")),
                   path("", include("openvalley.site.pages.urls")),
                   prefix_default_language=True),
]

handler400 = "openvalley.site.pages.views.problems.bad_request"
handler403 = "openvalley.site.people.privacy.forbidden"
handler404 = "openvalley.site.api.problems.not_found"
handler429 = "openvalley.site.pages.views.problems.too_often"   # allauth's own name: limits on signing in
handler500 = "openvalley.site.pages.views.problems.server_error"
