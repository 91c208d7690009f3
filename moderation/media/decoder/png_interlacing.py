"""Show an interlaced PNG that ends early as browsers do: coarse below, finer above."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from moderation.media.decoder.png_stream import NOWHERE, STEPS, Steps

Box = tuple[int, int, int, int]
_ALIGNED = 8  # rows: the first pass has one of as many


@dataclass(frozen=True, slots=True)
class Coarse:
    """Pixels `steps` apart were decoded everywhere, and those of one more pass in the upper `rows`."""

    steps: Steps
    rows: int

    def band(self, image: Image.Image, box: Box) -> Image.Image:
        """These rows, each decoded pixel repeated over the missing pixels after it."""
        left, top, right, bottom = box
        start = top // _ALIGNED * _ALIGNED
        area = image.crop((left, start, right, bottom))
        finer = _spread(area, STEPS[STEPS.index(self.steps) + 1])
        coarse = finer if self.steps == NOWHERE else _spread(area, self.steps)
        upper = min(max(self.rows - start, 0), area.height)
        coarse.paste(finer.crop((0, 0, area.width, upper)), (0, 0))
        return coarse.crop((0, top - start, area.width, area.height))


def _spread(area: Image.Image, steps: Steps) -> Image.Image:
    across, down = steps
    few = (-(-area.width // across), -(-area.height // down))
    taken = (across, 0, (1 - across) / 2, 0, down, (1 - down) / 2)
    sampled = area.transform(few, Image.Transform.AFFINE, taken, Image.Resampling.NEAREST)
    back = (1 / across, 0, 0, 0, 1 / down, 0)
    return sampled.transform(area.size, Image.Transform.AFFINE, back, Image.Resampling.NEAREST)
