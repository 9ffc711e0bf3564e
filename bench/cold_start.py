"""Cold import and init of every function, against `import boto3; boto3.client("dynamodb")`.

Each sample is a process of its own; the subjects take turns, so that a busy moment of the machine
falls on all of them, and processor time is counted, so that it falls on none much. What is timed is
what Lambda's init phase does: importing the handler, which makes the AWS clients that its settings
call for. The functions get botocore as the layer ships it, trimmed to the services that they call;
the baseline has all of it.
"""

import importlib.util
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 7
HOT = "payments/initiate"
HOT_BAR = 1.5

_BASELINE = "import boto3; boto3.client('dynamodb')"
_TIMED = "import time; start = time.process_time(); {}; print(time.process_time() - start)"
_SETTING = re.compile(r'settings\.required\("(\w+)"\)')


def main() -> int:
    """Measure and print; 0 when the hot path keeps its bar."""
    with tempfile.TemporaryDirectory() as folder:
        _lay_botocore(Path(folder))
        subjects = {"boto3": (_BASELINE, _environment({}))}
        for file in sorted((ROOT / "functions").glob("*/*.py")):
            subjects[f"{file.parent.name}/{file.stem}"] = _function(file, layer=folder)
        return _report(_medians(subjects))


def _medians(subjects: dict[str, tuple[str, dict[str, str]]]) -> dict[str, float]:
    for code, environment in subjects.values():
        _sample(code, environment)  # writes the .pyc files, which a function ships with
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(RUNS):
        for name, (code, environment) in subjects.items():
            samples[name].append(_sample(code, environment))
    return {name: statistics.median(found) for name, found in samples.items()}


def _lay_botocore(folder: Path) -> None:
    """Put botocore into `folder` as the layer's own program leaves it."""
    found = importlib.util.find_spec("botocore")
    shutil.copytree(Path(found.origin).parent, folder / "botocore")
    trim = ROOT / "layers/dependencies/trim.py"
    subprocess.run([sys.executable, trim, folder], check=True, capture_output=True, timeout=60)


def _report(medians: dict[str, float]) -> int:
    print(f"cold import and init, median of {RUNS}, against boto3 with one DynamoDB client")
    for name, seconds in medians.items():
        ratio = seconds / medians["boto3"]
        bar = f"  (bar {HOT_BAR})" if name == HOT else ""
        print(f"  {name:<24} {seconds * 1000:5.0f} ms  x{ratio:.2f}{bar}")
    return int(medians[HOT] / medians["boto3"] > HOT_BAR)


def _function(file: Path, *, layer: str) -> tuple[str, dict[str, str]]:
    settings = dict.fromkeys(_SETTING.findall(file.read_text()), "bench")
    folder, verb = str(file.parent), file.stem
    environment = _environment(settings | {"AWS_LAMBDA_FUNCTION_NAME": verb})
    environment["PYTHONPATH"] = os.pathsep.join((folder, str(ROOT / "layers/remit"), layer))
    return f"import {verb}", environment


def _environment(more: dict[str, str]) -> dict[str, str]:
    """What Lambda gives a function. Powertools takes other, slower roads when it is not there."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return (
        inherited
        | more
        | {
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "LAMBDA_TASK_ROOT": "/var/task",
            "POWERTOOLS_METRICS_NAMESPACE": "remit",
        }
    )


def _sample(code: str, environment: dict[str, str]) -> float:
    """Seconds of the processor that a new process spends on `code`."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(code)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return float(done.stdout.split()[-1])
