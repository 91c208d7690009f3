"""Where all parts of the engine are to be installed. A broken installation must fail the tests, not skip them."""

from __future__ import annotations

import sys

import pytest

HAS_NO_WHEEL = sys.platform == "darwin" and sys.version_info >= (3, 14)
needs_all_parts = pytest.mark.skipif(HAS_NO_WHEEL, reason="onnxruntime has no wheel for this Python on macOS")
