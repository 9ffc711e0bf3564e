"""What cloud to start: which template, in which home, on which ports."""

from dataclasses import dataclass
from pathlib import Path

from local.home import CREDENTIALS, REGION, Home
from local.ports import HOST


@dataclass(frozen=True)
class Plan:
    """What to start, and where."""

    home: Home
    template: Path
    port: int
    engine_port: int

    @property
    def site(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.engine_port}"

    @property
    def aws(self) -> dict[str, str]:
        """The variables that lead any AWS client here."""
        return {
            **CREDENTIALS,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
