"""The simulated database behind a client like botocore's, with its checks of parameters."""

import copy
from functools import cache, partial
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.session import get_session
from botocore.validate import ParamValidator

from tests.simulation.database import Database


class DatabaseClient:
    """Calls a `Database` as botocore's client calls DynamoDB."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)
        return partial(self._call, operation)

    def _call(self, operation: str, **parameters: Any) -> Any:
        report = ParamValidator().validate(parameters, _shape(operation))
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())
        return self.database.call(operation, copy.deepcopy(parameters))


@cache
def _shape(operation: str) -> Any:
    """What botocore's description of the service says that the operation takes."""
    name = "".join(word.capitalize() for word in operation.split("_"))
    return _service().operation_model(name).input_shape


@cache
def _service() -> Any:
    return get_session().get_service_model("dynamodb")
