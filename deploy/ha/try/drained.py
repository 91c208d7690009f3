"""Runs in the node of the load: wait until nothing is outstanding, then keep what the API says."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from places import ROOT

sys.path.insert(0, str(ROOT))

from tests.faults import drain
from tests.faults.options import read_run


def main(folder: Path) -> None:
    run = read_run(folder)
    found = drain.wait(run, since=time.time(), meanwhile=lambda: None)
    drain.keep_what_the_api_says(run, meanwhile=lambda: None)
    (folder / "drained.json").write_text(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
