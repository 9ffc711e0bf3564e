"""Every message built is valid by its schema, and read back is what it was built from."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from remit.rails.iso20022 import (
    camt029,
    camt053,
    camt054,
    camt056,
    head001,
    pacs002,
    pacs004,
    pacs008,
    pacs009,
    pacs028,
)
from remit.rails.iso20022.shape import Shape, many, must
from remit.rails.iso20022.statement import StatementFile
from tests.unit.rails.files import needs_shared_data
from tests.unit.rails.tables import contents, xsd

PLAIN = (pacs002, pacs004, pacs008, pacs009, pacs028, camt029, camt056)
LAYOUTS = [*camt053._FAMILY.layouts, *camt054._FAMILY.layouts]
MESSAGES = [
    *((module.MESSAGE, module.build, module.read, module._MESSAGE._shape) for module in PLAIN),
    (head001.MESSAGE, head001.build, head001.read, head001._HEADER),
    *(
        (
            layout.message,
            camt053.build if layout.unit == "Stmt" else camt054.build,
            camt053.read if layout.unit == "Stmt" else camt054.read,
            Shape(
                StatementFile,
                must("GrpHdr", "header", layout.header),
                many(layout.unit, "statements", layout.statement, least=1),
            ),
        )
        for layout in LAYOUTS
    ),
]
GENEROUS = settings(
    max_examples=30,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # these values take minutes to shrink
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.large_base_example,
    ],
)


@needs_shared_data
@pytest.mark.parametrize(
    ("message", "build", "read", "shape"), MESSAGES, ids=[m[0] for m in MESSAGES]
)
def test_what_is_built_is_valid_and_read_back_the_same(message, build, read, shape):
    schema = xsd(message)

    @GENEROUS
    @given(contents(shape))
    def check(content):
        built = build(content)
        schema.assertValid(etree.fromstring(built))
        assert build(content) == built
        assert read(built) == content

    check()
