"""What the machine may claim to see on the sample pictures, over all eight categories.

Identifiers are written the three ways accounts write them (pinyin, PascalCase, snake_case): the product has to accept
all of them. Paths and names are the label catalogue's own where it has them; the demo names the others there
(`demo.house`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from demo.pictures.drawing import Mark

TEXT_SOURCE, PICTURE_SOURCE = 1001, 1002


@dataclass(frozen=True, slots=True)
class Finding:
    """A label path with its names, and the marks it is based on: kinds, and a part of their name when `named`."""

    path: tuple[str, str, str]
    english: tuple[str, str, str]
    chinese: tuple[str, str, str]
    kinds: tuple[str, ...] = ()
    named: str = ""

    @property
    def source(self) -> int:
        return PICTURE_SOURCE if self.kinds else TEXT_SOURCE

    def rests_on(self, mark: Mark) -> bool:
        return mark.kind in self.kinds and self.named in mark.name


_TOP = {
    "porn": ("Sexually Explicit Content", "色情"),
    "erotic": ("Sexually Explicit Content", "色情"),
    "sexy": ("Suggestive Content", "性感"),
    "ban": ("Regulated & Prohibited Content", "违禁"),
    "prohibit": ("Regulated & Prohibited Content", "违禁"),
    "violence": ("Violence & Extremism", "暴恐"),
    "ad": ("Spam & Advertising Violations", "广告"),
    "advert": ("Spam & Advertising Violations", "广告"),
    "minor": ("Minor Detection", "未成年人"),
    "minor_detect": ("Minor Detection", "未成年人"),
    "politics": ("Politically Sensitive Content", "涉政"),
    "polity": ("Politically Sensitive Content", "涉政"),
    "qr": ("Embedded Code Detection", "二维码"),
    "qrcode": ("Embedded Code Detection", "二维码"),
    "abuse": ("Abuse", "辱骂"),
    "privacy": ("Privacy", "隐私"),
    "logo": ("Logo", "商标"),
}

# key | identifiers | level 2 and 3 in English | in Chinese | kinds of evidence (none: text) | part of its name
_TABLE = """
nudity       | porn/female_nudity/nvxiongloudian                                 | Female Nudity: Female Nipple Exposure                           | 女性裸露:女性露点                     | person      |
chest        | porn/explicit_male_nudity/male_chest                              | Explicit Male Nudity: Male Chest                                | 男性露骨裸露:男性胸部                 | person      |
drawn-nudity | erotic/explicit_female_nudity_illustrated/manhua                  | Explicit Female Nudity – Illustrated: Cartoon                   | 女性露骨裸露（插画）:漫画             | person      |
cat          | porn/animal_mating_behavior/cat_genital_exposure                  | Animal Mating Behavior: Cat Genital Exposure                    | 动物交配行为:猫生殖器外露             | object      | Cat
swimwear     | sexy/general_nudity/yongzhuang                                    | General Nudity: Swimwear                                        | 一般裸露:泳装                         | person      |
back         | sexy/female_suggestive_content/female_back_exposure               | Female Suggestive Content: Female Back Exposure                 | 女性性感:女性露背                     | person      |
embrace      | sexy/intimate_affection/embrace                                   | Intimate Affection: Embrace                                     | 亲密行为:拥抱                         | person      |
tight        | sexy/female_suggestive_content/body_tight_clothing                | Female Suggestive Content: Body-Tight Clothing                  | 女性性感:紧身衣物                     | person      |
bottle       | ban/prohibited_items/alcohol_bottle                               | Prohibited Items: Alcohol Bottle                                | 违禁物品:酒瓶                         | object      | bottle
blade        | ban/controlled_bladed_weapons/blade_or_razor                      | Controlled Bladed Weapons: Blade / Razor                        | 管制刀具:刀片或剃刀                   | object      | Knife
plant        | ban/illicit_drugs/cannabis_plant                                  | Illicit Drugs: Cannabis Plant                                   | 毒品:大麻植株                         | object      | plant
pills        | prohibit/illicit_drugs/drug_use_paraphernalia                     | Illicit Drugs: Drug Use Paraphernalia                           | 毒品:吸毒工具                         | object      | Pills
poker        | ban/gambling_equipment/poker                                      | Gambling Equipment: Cards and Chips                             | 赌博器具:扑克与筹码                   | object      |
firearm      | Ban/MilitaryWeapons/Firearm                                       | Military Weapons: Firearm                                       | 军事武器:枪支                         | object      | Toy
fire         | violence/baokongchangjing/huozai                                  | Violence & Extremism Scenes: Fire                               | 暴恐场景:火灾                         | object      |
explosion    | violence/baokongchangjing/baozha                                  | Violence & Extremism Scenes: Explosion                          | 暴恐场景:爆炸                         | object      |
unrest       | Violence/ExtremistScenes/CrowdUnrest                              | Violence & Extremism Scenes: Crowd Unrest                       | 暴恐场景:人群骚乱                     | person      |
attack       | violence/violence_and_extremism_scenes/animal_attacking_human     | Violence & Extremism Scenes: Animal Attacking Human             | 暴恐场景:动物袭击人类                 | object      | Dog
contact      | ad/contact_information_solicitation/lianxifangshi                 | Contact Information Solicitation: Contact Details               | 联系方式引流:联系方式                 |             |
screenshot   | ad/app_screenshot_ads/chat_screenshot_ad                          | App Screenshot Ads: Chat Screenshot Ad                          | 应用截图广告:聊天截图广告             |             |
bait         | advert/deceptive_click_bait_ads/offer                             | Deceptive Click-Bait Ads: Offer                                 | 诱导点击的欺骗性广告:优惠             |             |
overlay      | ad/low_quality_ad_creatives/annotation_graphic_overlay            | Low-Quality Ad Creatives: Annotation Graphic Overlay            | 低质广告素材:叠加标注图形             |             |
brand        | ad/general_industry_ad_creatives/logo                             | General Industry Ad Creatives: Brand                            | 通用行业广告素材:品牌                 | object      | Logo
banner       | ad/advertising_scene_contexts/banner                              | Advertising Scene Contexts: Banner                              | 广告场景:横幅                         | object      | Banner
child        | minor/child_subjects/child_subject_present                        | Child Subjects: Child Subject Present                           | 儿童:出现儿童                         | person face |
preschool    | minor_detect/preschool_age_children/preschool_age_child_subject   | Preschool-Age Children: Preschool-Age Child Subject             | 学龄前儿童:出现学龄前儿童             | person face |
adult        | minor/adults/adult_subject                                        | Adults: Adult Subject                                           | 成年人:出现成年人                     | face        |
flag         | Politics/PoliticalSymbols/Flag                                    | Political Symbols: Flag                                         | 政治标志:旗帜                         | object      | Flag
protest      | politics/sensitive_political_events/protest                       | Sensitive Political Events: Placards                            | 敏感政治事件:标语                     | object      | Placard
leader       | polity/political_leaders_general/lingdaoren                       | Political Leaders (General): Public Figure                      | 政治领导人（通用）:公众人物           | face        |
currency     | politics/domestic_political_symbols/currency                      | Domestic Political Symbols: Banknote                            | 国内政治标志:货币                     | object      | Banknote
wechat       | qr/background_embedded_qr_code/background_embedded_wechat_qr_code | Background-Embedded QR Code: Background-Embedded WeChat QR Code | 背景嵌入的二维码:背景嵌入的微信二维码 | qr          | WeChat
qr           | qrcode/other_qr_codes/other_qr                                    | Other QR Codes: QR Code                                         | 其他二维码:二维码                     | qr          |
barcode      | qr/linear_barcode/linear_barcode                                  | Linear Barcode: Linear Barcode                                  | 一维条形码:一维条形码                 | object      | barcode
insult       | abuse/insult/mild                                                 | Insults: Mild Insult                                            | 侮辱:轻度侮辱                         |             |
document     | privacy/documents/id_card                                         | Documents: Identity Document                                    | 证件:身份证件                         | object      | Identity
logo         | logo/brand/other                                                  | Brand: Other Logo                                               | 品牌:其他标志                         | object      | Logo
"""  # noqa: E501 - a table is read by column


def _findings() -> Iterator[tuple[str, Finding]]:
    for row in _TABLE.strip().splitlines():
        key, path, english, chinese, kinds, named = (cell.strip() for cell in row.split("|"))
        first, second, third = path.split("/")
        top_english, top_chinese = _TOP[first.lower()]
        names_english, names_chinese = english.split(": "), chinese.split(":")
        yield (
            key,
            Finding(
                (first, second, third),
                (top_english, names_english[0], names_english[1]),
                (top_chinese, names_chinese[0], names_chinese[1]),
                tuple(kinds.split()),
                named,
            ),
        )


FINDINGS = dict(_findings())
