"""Each file that an operator starts from is read by the tool that knows it, and is as strict as it can be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import COMPOSE, DOCKERFILE, MANIFESTS, PROCESSES, UNITS, compose_services, pods
from tests.processes import ROOT

KUBERNETES = ("1.30", "1.34", "1.37")
OURS = ("web", "worker", "beat", "dispatcher", "migrate")


def tool(name: str, *arguments: object) -> None:
    """A program of the development dependencies."""
    program = Path(sys.executable).with_name(name)
    done = subprocess.run([program, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    tool("hadolint", DOCKERFILE)


def test_compose_fits_the_specification() -> None:
    tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


@pytest.mark.parametrize("version", KUBERNETES)
def test_manifests_fit_kubernetes(version: str) -> None:
    tool("kubernetes-validate", "--strict", "-k", version, *sorted(MANIFESTS.glob("*.yaml")))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed (docs/testing.md)")
def test_systemd_finds_nothing_in_the_units(tmp_path: Path) -> None:
    """With this installation's folder in place of the documented one: the programs have to be there."""
    programs = Path(sys.executable).parent
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/opt/second-look/.venv/bin", str(programs))
        (tmp_path / unit.name).write_text(text.replace("/opt/second-look", str(ROOT)))
    command = ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    about_ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "second-look" in line]
    assert (done.returncode, about_ours) == (0, [])


def test_nothing_in_an_image_is_a_secret_or_root() -> None:
    text = DOCKERFILE.read_text()
    assert text.rindex("\nUSER 10001") > text.rindex("\nFROM ")
    allowed = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert not {"!.env", "!.git", "!.venv", "!.data", "!tests"} & set(allowed)
    copied = {word for line in text.splitlines() if line.startswith("COPY ") for word in line.split()[1:-1]}
    assert {f"!{name}" for name in copied if not name.startswith(("-", "/"))} == set(allowed)


@pytest.mark.parametrize("process", OURS)
def test_pods_are_as_restricted_as_they_can_be(process: str) -> None:
    pod = dict(pods())[process]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]
    assert pod["terminationGracePeriodSeconds"] >= 30


def test_probes_ask_by_address() -> None:
    (container,) = dict(pods())["web"]["containers"]
    probes: dict[str, Any] = {
        name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")
    }
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert all(set(probe) == {"path", "port"} for probe in probes.values())


@pytest.mark.parametrize("process", PROCESSES)
def test_services_of_compose_come_back_and_end_in_peace(process: str) -> None:
    service = compose_services()[process]
    assert (service["restart"], service["read_only"], service["cap_drop"]) == ("always", True, ["ALL"])
    assert service["stop_grace_period"] == "30s"
