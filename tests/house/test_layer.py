"""The dependencies layer has all that the functions import, trimmed as it is for Lambda."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from importlib.util import module_from_spec, spec_from_file_location

from tests.house.house import REPOSITORY, hold, product, text

LAYER = "layers/dependencies"
SDK_LAYER = "layers/cryptography"
NOT_NEEDED = {
    "_distutils_hack": "the environment loads it, not we",
    "certifi": "botocore has certificates of its own where this is missing",
}

IMPORT_ALL = """
import importlib.util, json, sys
for number, path in enumerate(json.load(sys.stdin)):
    spec = importlib.util.spec_from_file_location(f"product_{number}", path)
    sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[spec.name])
places = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
print(json.dumps({name: place for name, place in places.items() if place}))
"""


def imported_by(files: list[str]) -> dict[str, str]:
    """The modules that importing `files` loads from installed packages, with their place there."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        input=json.dumps(files),
        env={"AWS_DEFAULT_REGION": "eu-west-1", "PYDANTIC_DISABLE_PLUGINS": "__all__"},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    places = json.loads(done.stdout)
    return {
        name: place.partition("/site-packages/")[2]
        for name, place in places.items()
        if "/site-packages/" in place
    }


def trimmed(layer: str = LAYER) -> tuple[str, ...]:
    spec = spec_from_file_location("trim", REPOSITORY / layer / "trim.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(module.UNUSED)


def is_trimmed(place: str, unused: tuple[str, ...]) -> bool:
    return any(fnmatch(place, f"{part}{end}") for part in unused for end in ("/*", ".*"))


def shipped(layer: str = LAYER) -> set[str]:
    pins = text(f"{layer}/requirements.txt")
    return {normal(name) for name in re.findall(r"^([\w.-]+)==", pins, re.MULTILINE)}


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_what_the_functions_import_is_shipped_and_not_trimmed():
    distributions, pinned, unused = packages_distributions(), shipped(), trimmed()
    imported = imported_by(product())

    assert len(imported) > 100
    hold(
        f"{name}: trimmed from the layer; take it off {LAYER}/trim.py"
        for name, place in imported.items()
        if is_trimmed(place, unused)
    )
    hold(
        f"{name}: not in the layer; add its package to {LAYER}/requirements.in"
        for name in {name.partition(".")[0] for name in imported} - NOT_NEEDED.keys()
        if name in distributions and not pinned & {normal(one) for one in distributions[name]}
    )


SEALING = """
from remit.vault.sdk import SdkCipher
cipher = SdkCipher(None, None, key_store_table="KeyStore", key_arn="arn:aws:kms:eu-west-1:1:key/1")
context = {"tenant": "a", "subject": "b", "field": "c"}
key = bytes(32)
assert cipher.open(key, context, cipher.seal(key, context, b"x")) == b"x"
cipher._branch_keys, cipher._writing
"""


def test_what_sealing_imports_is_shipped_by_the_two_layers_and_not_trimmed(tmp_path):
    function = tmp_path / "function.py"
    function.write_text(SEALING)
    distributions, pinned = packages_distributions(), shipped() | shipped(SDK_LAYER)
    imported = imported_by([str(function)])

    assert "aws_encryption_sdk" in imported
    hold(
        f"{name}: trimmed from a layer; take it off its trim.py"
        for name, place in imported.items()
        for layer in (LAYER, SDK_LAYER)
        if is_trimmed(place, trimmed(layer))
    )
    hold(
        f"{name}: not in a layer; add its package to {SDK_LAYER}/requirements.in"
        for name in {name.partition(".")[0] for name in imported} - NOT_NEEDED.keys()
        if name in distributions and not pinned & {normal(one) for one in distributions[name]}
    )


def test_the_layers_ship_nothing_twice_and_the_same_versions_are_tested():
    assert not shipped() & shipped(SDK_LAYER)
    tested = set(re.findall(r"^([\w.-]+==[\w.]+)", text("requirements/dev.txt"), re.MULTILINE))
    for layer in (LAYER, SDK_LAYER):
        pins = re.findall(r"^([\w.-]+==[\w.]+)", text(f"{layer}/requirements.txt"), re.MULTILINE)
        assert set(pins) <= tested


def test_a_trimmed_or_missing_module_is_seen(tmp_path):
    function = tmp_path / "function.py"
    function.write_text("import boto3, lxml.html\n")
    imported = imported_by([str(function)])

    assert is_trimmed(imported["lxml.html"], trimmed())
    assert "boto3" in imported
    assert "boto3" not in shipped()
