"""Errors: stable codes, and problem documents that hold no more than they should."""

import pytest

from remit.kernel.errors import (
    Contended,
    Fault,
    InvalidMoney,
    NotFound,
    Refusal,
    Rejection,
    RemitError,
    Unavailable,
    problem,
)


class InsufficientFunds(Refusal):
    title = "Not enough money"


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        (InsufficientFunds, "insufficient_funds", 422),
        (InvalidMoney, "invalid_money", 400),
        (NotFound, "not_found", 404),
        (Contended, "contended", 503),
        (Unavailable, "unavailable", 503),
        (Rejection, "rejection", 400),
        (Fault, "fault", 503),
        (RemitError, "remit_error", 500),
    ],
)
def test_the_code_is_the_class_name_and_the_status_its_kind(kind, code, status):
    assert (kind().code, kind().status) == (code, status)


def test_a_bare_problem_has_type_title_status_and_code_only():
    assert problem(NotFound()) == {
        "type": "urn:remit:problem:not_found",
        "title": "Not found",
        "status": 404,
        "code": "not_found",
    }


def test_a_full_problem_names_the_instance_the_fields_and_the_bad_input():
    entry = {"pointer": "/amount", "detail": "must be an integer"}
    error = InsufficientFunds("the account is short", errors=[entry], needed=5)

    assert problem(error, instance="/payments") == {
        "type": "urn:remit:problem:insufficient_funds",
        "title": "Not enough money",
        "status": 422,
        "code": "insufficient_funds",
        "detail": "the account is short",
        "instance": "/payments",
        "errors": [entry],
        "needed": 5,
    }


def test_fields_of_an_error_never_replace_a_standard_member():
    error = InsufficientFunds(status=200, code="fine", type="about:blank", title="All is well")

    assert problem(error)["status"] == 422
    assert problem(error)["code"] == "insufficient_funds"
    assert problem(error)["type"] == "urn:remit:problem:insufficient_funds"
    assert problem(error)["title"] == "Not enough money"


def test_an_error_reads_as_its_detail_or_else_its_title():
    assert str(NotFound("no such payment")) == "no such payment"
    assert str(NotFound()) == "Not found"
