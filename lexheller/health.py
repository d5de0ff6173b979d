"""Two addresses for machines that watch: is the process alive, and can it serve."""

from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lexheller.cache import Cache


@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """Answer that the process runs."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether the database can be reached; no details for strangers.

    A Redis that is away is told, and takes no traffic away: pages are served without it.
    """
    if not database_answers():
        return JsonResponse({"status": "unavailable"}, status=503)
    if not redis_answers():
        return JsonResponse({"status": "degraded", "redis": "away"})
    return JsonResponse({"status": "ok"})


def database_answers() -> bool:
    """Ask the database the smallest question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def redis_answers() -> bool:
    """Tell whether Redis answers this process, if the installation has one; up to ten seconds old while it is away."""
    cache = caches[DEFAULT_CACHE_ALIAS]
    if not isinstance(cache, Cache):
        return True
    # An outage shows when somebody asks for something.
    cache.get("ready")
    return not cache.is_away()
