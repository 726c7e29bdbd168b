"""Addresses of personal pages, below a language; each stands in the table of permissions."""

from django.urls import include, path

from openvalley.site.people.guarding import guarded
from openvalley.site.people.views import account, curating, digest, introductions, keeping, leaving, needs

urlpatterns = [
    path("me/account/", include("allauth.account.urls")),
    path("me/second-factor/", include("allauth.mfa.urls")),
    guarded("me", account.page, "me"),
    guarded("me/profile", account.profile, "me-profile"),
    guarded("me/organisation/<path:key>/claim", account.claim, "me-claim"),
    guarded("me/organisation/<path:key>/unclaim", account.unclaim, "me-unclaim"),
    guarded("me/organisation/<path:key>/follow", keeping.follow, "me-follow"),
    guarded("me/organisation/<path:key>/shortlist", keeping.shortlist, "me-shortlist"),
    guarded("me/organisation/<path:key>/ask", introductions.ask, "me-ask"),
    guarded("me/organisation/<path:key>", account.organisation, "me-organisation"),
    guarded("me/shortlist", keeping.printed, "me-dossier"),
    guarded("me/searches", keeping.search, "me-search"),
    guarded("me/searches/<int:number>/forget", keeping.forget, "me-forget"),
    guarded("me/digest", digest.ask, "me-digest"),
    guarded("digest/confirm/<str:token>", digest.confirm, "digest-confirm"),
    guarded("digest/stop/<str:token>", digest.stop, "digest-stop"),
    guarded("me/needs", needs.board, "me-needs"),
    guarded("me/needs/new", needs.publish, "me-need-new"),
    guarded("me/needs/<uuid:public>/withdraw", needs.withdraw, "me-need-withdraw"),
    guarded("me/introductions", introductions.listed, "me-introductions"),
    guarded("me/introductions/<uuid:public>", introductions.one, "me-introduction"),
    guarded("me/introductions/<uuid:public>/answer", introductions.answer, "me-answer"),
    guarded("me/data.json", leaving.export, "me-export"),
    guarded("me/delete", leaving.delete, "me-delete"),
    guarded("curate", curating.page, "curate"),
    guarded("curate/claims", curating.claims, "curate-claims"),
    guarded("curate/claims/<int:number>", curating.decide_claim, "curate-claim"),
    guarded("curate/log", curating.log, "curate-log"),
]
