"""docs/architecture.md shows the packages as the import contracts have them."""

from __future__ import annotations

from tests import architecture


def test_the_picture_in_the_docs_is_that_of_the_contracts() -> None:
    text = architecture.PAGE.read_text()
    assert architecture.page(text) == text, "python -m tests.architecture"


def test_every_layer_of_every_contract_is_in_the_picture() -> None:
    picture = architecture.picture()
    layers = [layer for contract in architecture.contracts() for layer in contract["layers"]]
    assert len(layers) > 30
    for name in " ".join(layers).replace("|", " ").replace(":", " ").split():
        assert name in picture
