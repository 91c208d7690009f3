"""The demo's queues, their reasons and their guidelines: in English and Chinese, since either may be read first.

A reason keeps its key in every queue that has it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoReason:
    code: str
    key: int
    name: str
    name_zh: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoQueue:
    slug: str
    name: str
    name_zh: str
    sla_minutes: int
    guideline: str
    reasons: tuple[DemoReason, ...]


NUDITY = DemoReason("nudity", 1, "Nudity", "裸露", ("porn", "female_nudity"))
MINOR = DemoReason("minor-at-risk", 2, "Minor at risk", "未成年人风险", ("minor", "child_subjects"))
SEXUAL_ACT = DemoReason("sexual-act", 3, "Sexual act", "性行为", ("porn", "sexual_acts"))
SUGGESTIVE = DemoReason("suggestive", 4, "Suggestive pose", "性暗示", ("sexy", "suggestive_poses_and_actions"))
CONTACT = DemoReason("contact-ad", 5, "Contact ad", "引流", ("ad", "contact_information_solicitation"))
CODE = DemoReason("qr-code", 6, "Code leading away", "站外二维码", ("qr", "background_embedded_qr_code"))
CLICKBAIT = DemoReason("clickbait", 7, "Click-bait", "诱导点击", ("ad", "deceptive_click_bait_ads"))
LOW_QUALITY = DemoReason("low-quality", 8, "Low-quality ad", "低质广告", ("ad", "low_quality_ad_creatives"))
GORE = DemoReason("gore", 2, "Gore", "血腥", ("violence", "graphic_gore_scenes"))
WEAPON = DemoReason("weapon-or-drug", 3, "Weapon or drug", "武器或毒品", ("ban", "prohibited_items"))
POLITICAL = DemoReason("political", 4, "Political symbol", "政治标志", ("politics", "domestic_political_symbols"))
HATEFUL = DemoReason("hateful-symbol", 6, "Hateful symbol", "仇恨标志", ("violence", "terrorist_organizations"))

QUEUES = (
    DemoQueue(
        "people",
        "Nudity and minors",
        "裸露与未成年人",
        15,
        "## Nudity 裸露 {porn}\n\nBare breasts, genitals or buttocks are **rejected**, drawn too.\n\n"
        "裸露的胸部、生殖器或臀部一律**拒绝**，绘画也不例外。\n\n"
        "## Swimwear and tight clothes 泳装与紧身衣 {sexy}\n\n- at a beach or pool: **passes**\n"
        "- in a bed: *Suggestive pose*\n- 海滩、泳池边：**通过**\n- 床上：*性暗示*\n\n"
        "## Children 儿童 {minor}\n\nA child shown in a suggestive way is **rejected**. When a child may be at risk, "
        "**escalate**: never decide that alone.\n\n"
        "以性暗示方式表现儿童的图片一律**拒绝**。儿童可能有危险时请**上报**，不要独自判定。",
        (NUDITY, MINOR, SEXUAL_ACT, SUGGESTIVE),
    ),
    DemoQueue(
        "ads",
        "Ads and codes",
        "广告与二维码",
        30,
        "## Contacts and codes 联系方式与二维码 {ad, qr}\n\n"
        "A handle, a number or a code that leads off the platform is **rejected**.\n\n"
        "引导到站外的账号、号码或二维码一律**拒绝**。\n\n"
        "- a brand in the background **passes** 背景中的品牌：**通过**\n- a price alone **passes** 只有价格：**通过**",
        (CONTACT, CODE, CLICKBAIT, LOW_QUALITY),
    ),
    DemoQueue(
        "default",
        "Everything else",
        "其他",
        240,
        "Judge the picture as a stranger would meet it in a feed. News and art pass.\n\n"
        "请像陌生人在信息流中看到它那样来判断。新闻与艺术作品通过。",
        (NUDITY, GORE, WEAPON, POLITICAL, CONTACT, HATEFUL),
    ),
)
