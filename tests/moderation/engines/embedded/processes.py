from __future__ import annotations

import os
from pathlib import Path

import psutil


def pids(folder: Path) -> list[int]:
    """The engine's processes of that folder; zombies included."""
    return [one.pid for one in psutil.process_iter() if _is_of(one, str(folder))]


def gone(folder: Path) -> bool:
    return not pids(folder) and not [one for one in psutil.Process(os.getpid()).children() if one.status() == "zombie"]


def _is_of(process: psutil.Process, folder: str) -> bool:
    try:
        return any(word.startswith(folder) for word in process.cmdline())
    except psutil.Error:
        return False
