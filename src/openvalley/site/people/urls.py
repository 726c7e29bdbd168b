"""Addresses of personal pages, below a language; each stands in the table of permissions."""

from django.urls import include, path

from openvalley.site.people.guarding import guarded
from openvalley.site.people.views import account, curating

urlpatterns = [
    path("me/account/", include("allauth.account.urls")),
    path("me/second-factor/", include("allauth.mfa.urls")),
    guarded("me", account.page, "me"),
    guarded("me/profile", account.profile, "me-profile"),
    guarded("me/organisation/<path:key>/claim", account.claim, "me-claim"),
    guarded("me/organisation/<path:key>/unclaim", account.unclaim, "me-unclaim"),
    guarded("me/organisation/<path:key>", account.organisation, "me-organisation"),
    guarded("curate", curating.page, "curate"),
    guarded("curate/claims", curating.claims, "curate-claims"),
    guarded("curate/claims/<int:number>", curating.decide_claim, "curate-claim"),
    guarded("curate/log", curating.log, "curate-log"),
]
