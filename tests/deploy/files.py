"""What is in Dockerfile, compose.yaml and deploy/, and the commands in them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.processes import ROOT

DOCKERFILE = ROOT / "Dockerfile"
COMPOSE = ROOT / "compose.yaml"
UNITS = ROOT / "deploy" / "systemd"
MANIFESTS = ROOT / "deploy" / "kubernetes"
PROCESSES = ("web", "worker", "beat", "dispatcher")


def documented(process: str) -> list[str]:
    """The command of that row of docs/running.md."""
    page = (ROOT / "docs" / "running.md").read_text()
    found = re.search(rf"^\| {process} \| `([^`]+)` \|", page, re.MULTILINE)
    assert found, process
    return shlex.split(found[1])


def image_command() -> list[str]:
    """The last CMD of the Dockerfile."""
    text = DOCKERFILE.read_text().replace("\\\n", " ")
    command: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE)[-1])
    return command


def compose_services() -> dict[str, Any]:
    services: dict[str, Any] = YAML(typ="safe").load(COMPOSE)["services"]
    return services


def unit_command(process: str) -> list[str]:
    """Of the systemd unit, with the name of its program alone."""
    (line,) = re.findall(r"^ExecStart=(.*)$", (UNITS / f"second-look-{process}.service").read_text(), re.MULTILINE)
    program, *arguments = shlex.split(line)
    return [Path(program).name, *arguments]


def manifests() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(MANIFESTS.glob("*.yaml")):
        for document in YAML(typ="safe").load_all(path):
            yield path, document


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The component and the pod of each Deployment and Job."""
    for _, document in manifests():
        if document["kind"] in ("Deployment", "Job"):
            template = document["spec"]["template"]
            yield template["metadata"]["labels"]["app.kubernetes.io/component"], template["spec"]
