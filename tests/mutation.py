"""The mutation score: of the bugs planted by `make mutate`, the share that some unit test saw.

`python -m tests.mutation .mutate` reads the verdicts that mutmut left there, prints the score of
each module and every bug that nobody saw, and fails when a module's score is below the bar.
docs/reference/mutation.md has the reasons for those that are left.
"""

import json
import subprocess
import sys
from pathlib import Path

BAR = 0.9

SURVIVED, UNTESTED = 0, 33
"""mutmut's verdicts on a bug that nobody saw; any other means a test failed, or never ended."""


def main(folder: Path) -> int:
    """Print the score; the exit status says whether it holds."""
    found = {meta: verdicts(meta) for meta in sorted((folder / "mutants/src").rglob("*.meta"))}
    found = {meta: bugs for meta, bugs in found.items() if bugs}
    for meta, bugs in found.items():
        print(f"{score(bugs):6.1%}  {len(bugs):4}  {module(meta, folder)}")
    together = {name: verdict for bugs in found.values() for name, verdict in bugs.items()}
    print(f"{score(together):6.1%}  {len(together):4}  together\n")
    for name in sorted(name for name, verdict in together.items() if unseen(verdict)):
        print(f"{name}\n{change(name, folder)}\n")
    return int(min(map(score, found.values())) < BAR)


def verdicts(meta: Path) -> dict[str, int | None]:
    """From the name of each bug planted in a module to the verdict on it."""
    return json.loads(meta.read_text())["exit_code_by_key"]


def unseen(verdict: int | None) -> bool:
    """Whether no test noticed; a bug that was never tried counts as unseen too."""
    return verdict in (SURVIVED, UNTESTED, None)


def score(bugs: dict[str, int | None]) -> float:
    return 1 - sum(map(unseen, bugs.values())) / len(bugs)


def module(meta: Path, folder: Path) -> str:
    return str(meta.relative_to(folder / "mutants/src").with_suffix(""))


def change(name: str, folder: Path) -> str:
    """The lines that the bug takes out and puts in."""
    shown = subprocess.run(
        ["bin/mutmut", "show", name], cwd=folder, check=True, capture_output=True, text=True
    )
    lines = shown.stdout.splitlines()
    return "\n".join(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
