"""The picture of the packages in docs/architecture.md, drawn from the import contracts in pyproject.toml.

`python -m tests.architecture` writes it anew; `--check` only says whether it is up to date, as `make check` asks.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
FENCE = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    return [contract for contract in found if contract["type"] == "layers"]


def picture() -> str:
    """A box for each package, in it its layers; arrows are the direction in which imports may point."""
    lines = ["flowchart TB"]
    for contract in contracts():
        containers = contract.get("containers")
        lines += _inside(containers[0], contract["layers"]) if containers else _arrows(contract["layers"])
    return "".join(f"{line}\n" for line in lines)


def _inside(package: str, layers: list[str]) -> Iterator[str]:
    names = [f"{package}_{number}" for number in range(len(layers))]
    yield f"    subgraph {package}"
    for name, layer in zip(names, layers, strict=True):
        yield f'        {name}["{" · ".join(re.split(r" *[|:] *", layer))}"]'
    yield from (f"    {arrow}" for arrow in _arrows(names))
    yield "    end"


def _arrows(names: list[str]) -> Iterator[str]:
    return (f"    {upper} --> {lower}" for upper, lower in pairwise(names))


def page(text: str) -> str:
    """The page with the picture as it should be."""
    return FENCE.sub(lambda found: picture(), text, count=1)


def main(arguments: list[str]) -> int:
    text = PAGE.read_text()
    if page(text) == text:
        return 0
    if "--check" in arguments:
        sys.stderr.write("docs/architecture.md is not what the import contracts say: python -m tests.architecture\n")
        return 1
    PAGE.write_text(page(text))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
