"""Every scene: its drawing function, sizes and file forms, where it is posted, and its findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from demo.pictures.drawing import Drawing
from demo.pictures.files import Form
from demo.pictures.palettes import Palette
from demo.scenes import gatherings, indoors, moving, nights, outdoors, papers, prints, screens, tables, town
from demo.scenes.findings import FINDINGS, Finding
from demo.scenes.outdoors import Size

Draw = Callable[[Random, Size, Palette], Drawing]
Sizes = tuple[Size, ...]

PHOTO: Size = (4032, 3024)  # twelve megapixels, what phones take
UPRIGHT: Size = (3024, 4032)
WIDE: Sizes = (PHOTO, (1600, 1200), (1280, 960), PHOTO, (1920, 1080), (640, 480))
HIGH: Sizes = (UPRIGHT, (1200, 1600), (1080, 1350), (960, 1280))
SQUARE: Sizes = ((1080, 1080), (1280, 960), (800, 800))
_STREAM: Sizes = ((1920, 1080),)
SCREEN: Sizes = ((1080, 2340), (1080, 2160), (1170, 2532))


@dataclass(frozen=True, slots=True)
class Scene:
    """`findings` come with the likeliest first; `sizes` and `forms` are used in turn."""

    name: str
    draw: Draw
    event: str
    findings: tuple[Finding, ...]
    sizes: Sizes = WIDE
    forms: tuple[Form, ...] = ("jpg",)


def _scene(
    name: str, draw: Draw, event: str, findings: str, sizes: Sizes = WIDE, forms: tuple[Form, ...] = ("jpg",)
) -> Scene:
    return Scene(name, draw, event, tuple(FINDINGS[key] for key in findings.split()), sizes, forms)


SCENES = (
    _scene("beach", outdoors.beach, "post", "swimwear nudity chest"),
    _scene("portrait", gatherings.portrait, "profile", "leader adult back", HIGH),
    _scene("advert", prints.advert, "post", "contact qr bait wechat", HIGH, ("jpg", "png", "webp")),
    _scene("street", town.street, "post", "overlay adult unrest"),
    _scene("chat", screens.chat_latin, "chat", "screenshot contact insult", SCREEN, ("png", "jpg")),
    _scene("group", gatherings.group, "profile", "leader unrest adult"),
    _scene("market", indoors.market, "post", "blade bottle adult"),
    _scene("pets", indoors.living_room, "post", "cat attack plant"),
    _scene("square", town.square, "post", "flag protest unrest"),
    _scene("concert", gatherings.concert, "live", "banner unrest leader"),
    *(
        _scene(f"broadcast-{moment}", partial(gatherings.broadcast, moment=moment), "live", "banner unrest", _STREAM)
        for moment in range(3)
    ),
    _scene("chat-chinese", screens.chat_chinese, "chat", "contact wechat screenshot", SCREEN, ("jpg", "png")),
    _scene("kitchen", indoors.kitchen, "post", "blade bottle plant", WIDE, ("jpg", "webp", "jpg")),
    _scene("playground", outdoors.playground, "post", "child preschool"),
    _scene("meme", prints.meme, "post", "insult overlay attack", SQUARE, ("jpg", "webp", "png")),
    _scene("fireworks", nights.fireworks, "live", "explosion fire"),
    _scene("identity-card", papers.identity_card, "chat", "document adult"),
    _scene("couple", gatherings.couple, "profile", "embrace back adult", HIGH),
    _scene("medicine", tables.medicine, "post", "plant pills overlay"),
    _scene("stadium", gatherings.stadium, "live", "brand adult"),
    _scene("chat-arabic", screens.chat_arabic, "chat", "contact screenshot", SCREEN, ("jpg", "png")),
    _scene("toys", tables.toys, "post", "firearm", WIDE, ("jpg", "avif", "jpg")),
    _scene("logos", papers.logos, "post", "logo brand", SQUARE, ("png", "webp", "bmp")),
    _scene("bonfire", nights.bonfire, "live", "fire unrest"),
    _scene("banner", moving.moving_banner, "post", "banner contact", ((480, 360), (640, 360)), ("gif",)),
    _scene("gym", gatherings.gym, "profile", "tight swimwear adult"),
    _scene("parcel", papers.parcel, "chat", "barcode contact"),
    _scene("park", outdoors.park, "post", "attack embrace"),
    _scene("cards", tables.card_table, "live", "poker adult"),
    _scene("banknotes", papers.banknotes, "chat", "currency overlay"),
    _scene("sticker", prints.sticker, "chat", "cat attack overlay", ((800, 800), (640, 640)), ("png", "png", "webp")),
    _scene("comic", prints.comic, "post", "drawn-nudity insult", ((1200, 800), (1600, 1000)), ("png", "jpg")),
    _scene("panorama", outdoors.panorama, "post", "overlay", ((5600, 1600), (3600, 1200))),
    _scene("turned", gatherings.portrait, "profile", "leader adult", (UPRIGHT, (1536, 2048)), ("turned",)),
    _scene("bottles", tables.shelf, "post", "bottle", (UPRIGHT, (1500, 2000))),
    *(  # pictures with the same label, which is right for few of them: for the grid
        _scene(f"series-{name}", draw, "post", "contact", sizes)
        for name, draw, sizes in (
            ("advert", prints.advert, ((720, 960),)),
            ("meme", prints.meme, ((800, 800), (960, 720))),
            ("comic", prints.comic, ((960, 640),)),
            ("parcel", papers.parcel, ((960, 720),)),
        )
    ),
    _scene("long-page", screens.long_page, "post", "contact overlay", ((1080, 12000),), ("png", "jpg")),
)
SCENE = {scene.name: scene for scene in SCENES}
