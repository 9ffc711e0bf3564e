"""How incoming payments are kept. What DynamoDB does with it is in the integration tests."""

import pytest

from remit.payments.incoming_model import incoming_id
from remit.payments.incoming_store import IncomingStore
from tests.unit.payments.arrivals import incoming

STORE = IncomingStore.of(None, "Payments")
UETR, TX = "6d75daa0-1e92-4423-83ae-929947f36047", "ABNANL2AXXX TX-1"


def keys(writes):
    return [
        f"{write.request['Item']['pk']['S']} {write.request['Item']['sk']['S']}" for write in writes
    ]


def test_a_payment_lies_under_its_first_name_and_is_found_by_the_others():
    made = incoming(id=incoming_id("sct_inst", UETR))
    other = incoming_id("sct_inst", TX)
    writes = STORE.create(made, (UETR, TX))
    assert keys(writes) == [
        f"incoming#{made.id} incoming",
        f"incoming#{made.id} name",
        f"incoming#{other} name",
    ]
    assert len(STORE.create(made, (UETR,))) == 2


def test_a_name_that_the_scheme_has_said_no_to_is_taken_over_and_no_other():
    made = incoming(id=incoming_id("sct_inst", UETR), disowned="AB05")
    *_, first, second = STORE.create(made, (UETR, TX), {incoming_id("sct_inst", TX): "AB05"})
    assert (first.action, second.action) == ("Put", "Update")
    assert second.request["ExpressionAttributeValues"][":v1"] == {"S": ""}


def test_a_no_is_put_under_each_name_that_has_none_yet():
    told = {"reason": "AB05", "at": 7}
    both = STORE.say_no("sct_inst", (UETR, TX, UETR), (), **told)
    assert keys(both) == [f"incoming#{incoming_id('sct_inst', name)} name" for name in (UETR, TX)]
    assert STORE.say_no("sct_inst", (TX,), {incoming_id("sct_inst", TX)}, **told) == []


def test_an_id_that_is_not_the_first_names_is_a_mistake():
    with pytest.raises(ValueError, match="first name"):
        STORE.create(incoming(), (UETR, TX))


def test_what_has_no_name_is_nobodys():
    assert STORE.find("sct_inst", ()) is None


def test_one_scheme_does_not_speak_of_anothers_payments():
    assert incoming_id("sct_inst", UETR) != incoming_id("fps_hk", UETR)
