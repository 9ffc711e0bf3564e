"""Writes `remit/rails/holidays.py` out of the `holidays` package, which only development has.

Run as a module it writes the file anew; a test holds the committed file to what it would write.
"""

from pathlib import Path
from textwrap import fill

import holidays

YEARS = range(2024, 2041)
TABLE = Path(__file__).resolve().parents[3] / "layers/remit/remit/rails/holidays.py"

_HEAD = '''"""The days, besides weekends, on which the settlement systems of our rails are closed.

Written by `tests/unit/rails/holiday_tables.py`; change it there.
"""

from collections.abc import Mapping

FIRST_YEAR, LAST_YEAR = {first}, {last}

HOLIDAYS: Mapping[str, str] = {{
{rows}
}}
"""Days as YYYY-MM-DD by calendar. TARGET: the ECB's closing days. HK: the general holidays."""
'''


def closed() -> dict[str, list[str]]:
    """The closed days of each calendar, in order."""
    target = holidays.financial_holidays("ECB", years=YEARS)
    hong_kong = holidays.country_holidays("HK", years=YEARS, categories=("public", "optional"))
    found = {"TARGET": target, "HK": hong_kong}
    return {name: sorted(day.isoformat() for day in days) for name, days in found.items()}


def written() -> str:
    """The whole module."""
    rows = []
    for name, days in closed().items():
        text = fill(" ".join(days), 88, initial_indent=" " * 8, subsequent_indent=" " * 8)
        rows.append(f'    "{name}": """\n{text}\n    """,')
    return _HEAD.format(first=YEARS[0], last=YEARS[-1], rows="\n".join(rows))


if __name__ == "__main__":
    TABLE.write_text(written())
