"""Python imports this at its start, where a run put this folder on PYTHONPATH: modules of tests.faults that change
the product are named in FAULTS_PATCHES. Each has PATCHES: by the name of a module of the product, what is done to it as
soon as it has been imported. The product itself knows nothing of it.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from types import ModuleType

Patch = Callable[[ModuleType], None]


class _PatchedLoader(importlib.abc.Loader):
    def __init__(self, loader: importlib.abc.Loader, patches: Sequence[Patch]) -> None:
        self._loader, self._patches = loader, patches

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        for patch in self._patches:
            patch(module)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, patches: dict[str, list[Patch]]) -> None:
        self._patches = patches

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self._patches:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = _PatchedLoader(spec.loader, self._patches[name])
        return spec


def _patches() -> dict[str, list[Patch]]:
    found: dict[str, list[Patch]] = {}
    for named in filter(None, os.environ.get("FAULTS_PATCHES", "").split(",")):
        for module, patch in importlib.import_module(named).PATCHES.items():
            found.setdefault(module, []).append(patch)
    return found


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


sys.meta_path.insert(0, _Finder(_patches()))
if "libfaketime" in os.environ.get("LD_PRELOAD", ""):
    # Its clock_nanosleep ends with EINVAL after the clock was moved, although it sleeps by the monotonic one (0.9.10).
    vars(time)["sleep"] = _sleep
