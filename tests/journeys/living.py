"""Living: a `laurel up` with its demo, and its command line, for journeys through it all."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture import ROOT
from tests.support.demos import Up


@dataclass
class Laurel:
    """What `laurel up` started, in a folder of its own."""

    up: Up

    @property
    def folder(self) -> Path:
        return self.up.folder

    @property
    def url(self) -> str:
        return f"{self.up.url}/graphql"

    def run(self, *words: str) -> Any:
        """The JSON answer of one `laurel` command."""
        command = [sys.executable, "-m", "cli", *words, "--data", str(self.folder), "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.up.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def token(self, handle: str, programme: str = "verde") -> str:
        return str(self.run("member", "token", handle, "--programme", programme)["token"])
