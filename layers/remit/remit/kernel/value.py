"""The shape of every domain value: frozen, slotted, keyword-only. Holds no behaviour."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: type[T]) -> type[T]:
    """Make `cls` an immutable value, compared by content."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)
