"""Health checks: alive (the process answers) and ready (there is an atlas to answer from, and the process is warm)."""

from django.http import HttpRequest, HttpResponse

from openvalley.errors import NothingBuilt
from openvalley.site.readiness import is_warm
from openvalley.site.shelf import shelf


def alive(_: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(_: HttpRequest) -> HttpResponse:
    """Say which atlas is answered from; 503 when there is none, or while this process warms up."""
    if not is_warm():
        return HttpResponse("warming up\n", content_type="text/plain", status=503)
    try:
        with shelf().borrow() as atlas:
            return HttpResponse(f"ok {atlas.version}\n", content_type="text/plain")
    except NothingBuilt as problem:
        return HttpResponse(f"{problem.message} {problem.hint}\n", content_type="text/plain", status=503)
