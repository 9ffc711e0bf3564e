"""The shapes that every API document is made of: strict requests, documented answers."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from remit.kernel.errors import InvalidMoney
from remit.kernel.ids import pattern
from remit.kernel.money import MAX_AMOUNT, exponent


def _currency(code: str) -> str:
    try:
        exponent(code)
    except InvalidMoney as error:
        raise ValueError(str(error)) from None
    return code


Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"]), AfterValidator(_currency)]
Amount = Annotated[int, Field(gt=0, le=MAX_AMOUNT, description="minor units", examples=[1250])]
AccountId = Annotated[str, Field(pattern=pattern("acc"))]
Text = Annotated[str, Field(min_length=1, max_length=140, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Request(BaseModel):
    """Base of request bodies: strict types, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class View(BaseModel):
    """Base of answers; documentation only, so it is not built unless asked for."""

    model_config = ConfigDict(defer_build=True)
