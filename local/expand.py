"""Turns the SAM template into the CloudFormation template that AWS would be given, offline.

Local code stays where it lies: a function's or layer's folder is its `S3Key`. Never talks to AWS.
Run as a program it prints the template: `python -m local.expand template.yaml Stage=prod`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
TRANSFORM = Path(__file__).with_name("sam_transform.py")


def expand(template_path: str | Path, parameters: dict[str, str]) -> dict[str, Any]:
    """Return the expanded template; `parameters` override the template's defaults.

    Conditions are resolved: what a false one hides is gone. Every function's `Code` and layer's
    `Content` is `{"S3Bucket": "live-source", "S3Key": folder}`, the folder relative to the
    template. State machines carry their definition inline, before substitution.
    Raises `CalledProcessError` when the template is not valid SAM; its `stderr` says why.

    The transform needs an older pydantic than the product, so it runs under the engine's Python.
    """
    done = subprocess.run(
        [engine_python(), "-P", TRANSFORM, template_path],
        input=json.dumps(parameters),
        capture_output=True,
        text=True,
        check=True,
    )
    expanded: dict[str, Any] = json.loads(done.stdout)
    return expanded


def engine_python() -> str:
    """Return the path of the Python that has the engine and the SAM transform."""
    return os.environ.get("REMIT_ENGINE_PYTHON", str(REPOSITORY / ".engine/bin/python"))


if __name__ == "__main__":
    path, *assignments = sys.argv[1:]
    given = dict(assignment.split("=", 1) for assignment in assignments)
    print(json.dumps(expand(path, given), indent=1))
