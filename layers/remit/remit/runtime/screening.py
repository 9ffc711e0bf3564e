"""Screening as the function's settings describe it: one store per process."""

from functools import cache

from remit.runtime import clients, settings
from remit.screening.store import ScreeningStore


@cache
def screening() -> ScreeningStore:
    """The process's store; its indexes stay in memory from one request to the next."""
    return ScreeningStore.of(
        clients.dynamodb(),
        clients.s3(),
        table=settings.required("SCREENING_TABLE"),
        bucket=settings.required("LISTS_BUCKET"),
    )
