"""Image, compose, systemd and Kubernetes start the very commands that docs/running.md names and the flow tests run."""

from __future__ import annotations

import re

import pytest

from demo.servers import WEB_ENVIRONMENT
from tests.deploy.files import (
    DOCKERFILE,
    PROCESSES,
    compose_services,
    documented,
    image_command,
    manifests,
    pods,
    unit_command,
)

MIGRATE = ["python", "manage.py", "migrate", "--no-input"]


def test_the_image_starts_the_web_process() -> None:
    assert image_command() == documented("web")


@pytest.mark.parametrize("process", PROCESSES)
def test_compose_systemd_and_kubernetes_run_what_is_documented(process: str) -> None:
    services, of_pods = compose_services(), dict(pods())
    assert services[process].get("command", image_command()) == documented(process)
    assert unit_command(process) == documented(process)
    assert of_pods[process]["containers"][0]["args"] == documented(process)


def test_migrations_come_first() -> None:
    services = compose_services()
    assert services["migrate"]["command"] == MIGRATE
    for process in PROCESSES:
        assert services[process]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert dict(pods())["migrate"]["containers"][0]["args"] == MIGRATE


def test_the_image_sets_what_the_web_servers_allocator_reads() -> None:
    text = DOCKERFILE.read_text()
    assert all(f"{name}={value}" in text for name, value in WEB_ENVIRONMENT.items())


def test_one_beat_and_two_of_what_can_take_over() -> None:
    kinds = [(document["kind"], document) for _, document in manifests()]
    replicas = {one["metadata"]["name"]: one["spec"]["replicas"] for kind, one in kinds if kind == "Deployment"}
    assert replicas == {
        "second-look-beat": 1,
        "second-look-dispatcher": 2,
        "second-look-web": 2,
        "second-look-worker": 2,
    }
    budgets = {one["metadata"]["name"] for kind, one in kinds if kind == "PodDisruptionBudget"}
    assert budgets == {name for name, count in replicas.items() if count > 1}


def test_every_image_is_pinned() -> None:
    images = [service["image"] for service in compose_services().values()]
    images += [pod["containers"][0]["image"] for _, pod in pods()]
    images += [f"python:{tag}" for tag in re.findall(r"^ARG PYTHON=(\S+)", DOCKERFILE.read_text(), re.MULTILINE)]
    assert [image for image in images if not re.search(r":(\d|local$)", image)] == []
