"""What the machine may claim to see on the sample pictures, over all eight categories.

Identifiers are written the three ways accounts write them (pinyin, PascalCase, snake_case): the product has to accept
all of them.
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
nudity       | porn/female_nudity/nvxiongloudian        | Female Nudity: Nipple Exposure        | 女性裸露:露点    | person |
chest        | porn/explicit_male_nudity/male_chest     | Explicit Male Nudity: Male Chest      | 男性裸露:胸部    | person |
drawn-nudity | erotic/female_nudity_illustrated/manhua  | Female Nudity, Illustrated: Cartoon   | 漫画裸露:漫画    | person |
cat          | porn/animal_mating_behavior/cat_exposure | Animal Behavior: Cat Exposure         | 动物行为:猫科    | object | Cat
swimwear     | sexy/general_nudity/yongzhuang           | General Nudity: Swimwear              | 一般裸露:泳装    | person |
back         | sexy/female_suggestive/female_back       | Female Suggestive: Back Exposure      | 女性性感:露背    | person |
embrace      | sexy/intimate_affection/couple           | Intimate Affection: Embrace           | 亲密行为:情侣    | person |
tight        | sexy/female_suggestive/tight_clothing    | Female Suggestive: Body-Tight Clothes | 女性性感:紧身衣  | person |
bottle       | ban/prohibited_items/alcohol_bottle      | Prohibited Items: Alcohol Bottle      | 违禁品:酒瓶      | object | bottle
blade        | ban/controlled_bladed_weapons/blade      | Bladed Weapons: Blade or Razor        | 管制刀具:刀片    | object | Knife
plant        | ban/illicit_drugs/cannabis_plant         | Illicit Drugs: Cannabis Plant         | 毒品:大麻植物    | object | plant
pills        | prohibit/illicit_drugs/paraphernalia     | Illicit Drugs: Paraphernalia          | 毒品:吸毒工具    | object | Pills
poker        | ban/gambling_equipment/poker             | Gambling Equipment: Cards and Chips   | 赌博用具:扑克    | object |
firearm      | Ban/MilitaryWeapons/Firearm              | Military Weapons: Firearm             | 军事武器:枪支    | object | Toy
fire         | violence/baokongchangjing/huozai         | Violence Scenes: Fire                 | 暴恐场景:火灾    | object |
explosion    | violence/baokongchangjing/baozha         | Violence Scenes: Explosion            | 暴恐场景:爆炸    | object |
unrest       | Violence/ExtremistScenes/CrowdUnrest     | Violence Scenes: Crowd Unrest         | 暴恐场景:聚集    | person |
attack       | violence/general/animal_attack           | Violence, General: Animal Attack      | 暴力:动物袭人    | object | Dog
contact      | ad/contact_information/lianxifangshi     | Contact Information: Contact Account  | 联系方式:账号    |        |
screenshot   | ad/app_screenshot_ads/chat_screenshot    | App Screenshot Ads: Chat Screenshot   | 截图广告:聊天    |        |
bait         | advert/deceptive_click_bait/offer        | Deceptive Click-Bait: Offer           | 诱导点击:优惠    |        |
overlay      | ad/low_quality/annotation_overlay        | Low-Quality Ads: Annotation Overlay   | 低质广告:文字    |        |
brand        | ad/general_industry/logo                 | General Industry Ads: Brand           | 行业广告:品牌    | object | Logo
banner       | ad/scene_contexts/banner                 | Advertising Scene: Banner             | 广告场景:横幅    | object | Banner
child        | minor/child_subjects/ertong              | Child Subjects: Child Present         | 儿童:出现儿童    | person face |
preschool    | minor_detect/preschool/preschool_child   | Preschool-Age: Preschool Child        | 学龄前:儿童      | person face |
adult        | minor/adults/adult_subject               | Adults: Adult Subject                 | 成年人:成年人    | face   |
flag         | Politics/PoliticalSymbols/Flag           | Domestic Political Symbols: Flag      | 政治标志:旗帜    | object | Flag
protest      | politics/sensitive_events/protest        | Sensitive Political Events: Placards  | 敏感事件:标语    | object | Placard
leader       | polity/political_leaders/lingdaoren      | Political Leaders: Public Figure      | 领导人:公众人物  | face   |
currency     | politics/symbols/currency                | Political Symbols: Banknote           | 政治标志:货币    | object | Banknote
wechat       | qr/wechat/weixinma                       | WeChat QR Code: Personal Code         | 微信码:个人码    | qr     | WeChat
qr           | qrcode/other/other_qr                    | Other QR Codes: QR Code               | 其他码:二维码    | qr     |
barcode      | qr/goods/linear_barcode                  | Physical-Goods Codes: Linear Barcode  | 商品码:条形码    | object | barcode
insult       | abuse/insult/mild                        | Insults: Mild Insult                  | 侮辱:轻度侮辱    |        |
document     | privacy/documents/id_card                | Documents: Identity Document          | 证件:身份证件    | object | Identity
logo         | logo/brand/other                         | Brand: Other Logo                     | 品牌:其他标志    | object | Logo
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
