"""One `laurel up` for all journeys."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.architecture import ROOT
from tests.journeys.living import Laurel, free_ports, until_ready


@pytest.fixture(scope="package")
def laurel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laurel]:
    folder = tmp_path_factory.mktemp("journeys") / "data"
    port, metrics, worker_metrics = free_ports(3)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "LAUREL_METRICS_PORT": str(metrics),
        "LAUREL_WORKER_METRICS_PORT": str(worker_metrics),
    }
    command = [sys.executable, "-m", "cli", "up", "--data", str(folder), "--port", str(port)]
    log = folder.parent / "up.log"
    with log.open("wb") as output:
        up = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    started = Laurel(folder, port, environment)
    try:
        until_ready(started, up, log)
        yield started
    finally:
        up.send_signal(signal.SIGINT)
        code = up.wait(30)
    assert code == 0, log.read_text()
