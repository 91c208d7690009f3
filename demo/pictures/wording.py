"""The texts on the sample pictures: shops, captions, chats, offers. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

SHOPS = (
    "BAKERY",
    "Café Luna",
    "面馆 NOODLES",
    "BOOKS",
    "مخبز الزيتون",
    "花店",
    "TAILOR",
    "PHARMACY",
    "茶 TEA",
    "RADIO",
)
ROUTES = ("42 HARBOUR", "7 OLD TOWN", "15 STADIUM", "M3 AIRPORT", "88 市政厅")
BANNERS = ("NIGHT OWLS LIVE", "SUMMER TOUR", "夏夜音乐节", "مهرجان الموسيقى", "THE PAPER KITES", "OPEN AIR 26")
PLACARDS = ("SAVE OUR LIBRARY", "CLEAN RIVER NOW", "我们要公园", "MORE BUSES", "FAIR RENT", "نريد حديقة")
CAPTIONS = (
    ("WHEN THE MEETING", "COULD BE AN E-MAIL"),
    ("ONE DOES NOT SIMPLY", "CLOSE ALL THE TABS"),
    ("周一早上的我", "不想说话"),
    ("ME: ONE EPISODE", "4 A.M."),
    ("عندما ينتهي الشحن", "في نصف الطريق"),
    ("YOU ARE AN ABSOLUTE", "POTATO, KEVIN"),
    ("NOBODY:", "MY CAT AT 3 AM"),
)

BRANDS = ("Orbit", "Velo+", "Nordlicht", "茶山", "Kestrel", "Pixelhaus", "الواحة", "Blue Anchor", "Tandem")
TALKS = (
    "Did you eat my cake?",
    "你吃了我的蛋糕吗？",
    "It was an accident.",
    "هل أكلت كعكتي؟",
    "I will find you, cat.",
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An advertisement: `contact` is what a text model would mark, `listed` what a word list contains."""

    headline: str
    line: str
    contact: str
    link: str
    listed: tuple[tuple[str, str], ...]


OFFERS = (
    Offer(
        "50% OFF TODAY",
        "Message us to order",
        "Telegram @quickdeal88",
        "https://quickdeal88.example/join?r=5121",
        (("contact handles", "@quickdeal88"), ("messengers", "Telegram")),
    ),
    Offer(
        "加群领福利",
        "扫码进群 每日红包",
        "加V wx_lucky2026",
        "weixin://dl/lucky2026",
        (("联系方式", "加V"), ("引流词", "进群")),
    ),
    Offer(
        "EARN FROM HOME",
        "500 a day, no experience",
        "WhatsApp +00 555 0142",
        "https://easy-earn.example/start",
        (("get rich quick", "EARN FROM HOME"), ("messengers", "WhatsApp")),
    ),
    Offer(
        "عرض خاص اليوم",
        "خصم كبير على كل شيء",
        "واتساب 05550199",
        "https://souq-offer.example/ar",
        (("contact words (ar)", "واتساب"), ("promotion (ar)", "عرض خاص")),
    ),
    Offer(
        "LEVEL BOOST",
        "Rank up in 24 hours, safe",
        "Discord boostkings#77",
        "https://boostkings.example/go",
        (("game boosting", "BOOST"), ("messengers", "Discord")),
    ),
    Offer(
        "快速贷款",
        "无需审核 当天到账",
        "QQ 10002000300",
        "https://daikuan.example/q",
        (("联系方式", "QQ"), ("金融", "贷款")),
    ),
)


@dataclass(frozen=True, slots=True)
class Chat:
    """`turns` alternate between the other person (first) and the phone's owner."""

    title: str
    placeholder: str
    turns: tuple[str, ...]
    risky: tuple[str, ...]
    listed: tuple[tuple[str, str], ...]


CHATS = (
    Chat(
        "Mia",
        "Message",
        (
            "Hi! I saw your listing for the bike",
            "Hello, yes, it is still there",
            "Great. Can we talk somewhere else? Add me on Telegram @mia_bikes",
            "I would rather stay here",
            "It is cheaper without the fee, pay by transfer: account 5510 0042 77",
            "Sorry, no",
            "Last chance, send your phone number",
        ),
        ("Add me on Telegram @mia_bikes", "pay by transfer: account 5510 0042 77", "send your phone number"),
        (("messengers", "Telegram"), ("payment outside", "transfer")),
    ),
    Chat(
        "小李 代购",
        "发消息",
        (
            "你好，还在找那双鞋吗？",
            "在的，多少钱？",
            "平台上599，加我微信xiaoli_888只要399",
            "不能在这里付款吗？",
            "这里要手续费，转账给你优惠",
            "我再想想",
            "今天最后一天，扫码进群还有红包",
        ),
        ("加我微信xiaoli_888", "转账给你优惠", "扫码进群"),
        (("联系方式", "微信"), ("引流词", "进群"), ("引流词", "红包")),
    ),
    Chat(
        "متجر الندى",
        "رسالة",
        (
            "السلام عليكم، هل ما زلت مهتماً بالعرض؟",
            "وعليكم السلام، نعم",
            "تواصل معي على واتساب 05550117",
            "لماذا لا نتحدث هنا؟",
            "السعر أقل بكثير خارج التطبيق",
            "لا شكراً",
            "أرسل رقم بطاقتك الآن",
        ),
        ("تواصل معي على واتساب 05550117", "أرسل رقم بطاقتك الآن"),
        (("contact words (ar)", "واتساب"),),
    ),
    Chat(
        "Sunday Crew",
        "Message",
        (
            "Who is in for Sunday?",
            "Me, and I bring the ball",
            "You always forget it, you absolute muppet",
            "Only twice!",
            "Three times. We counted, loser",
            "Fine. Pitch 4 at ten?",
            "Ten it is",
        ),
        ("you absolute muppet", "loser"),
        (("insults, mild", "muppet"), ("insults, mild", "loser")),
    ),
)

# parts of the long page; each paragraph joins one of each
PAGE_OPENINGS = (
    "Every parcel that reaches the depot is weighed twice",
    "A member may change the delivery address until noon",
    "The harbour office keeps the keys of all lockers",
    "Visitors sign the book at the gate before they enter",
    "Bicycles are parked behind the second hall",
)
PAGE_MIDDLES = (
    "because the first scale was built for letters",
    "and the drivers are told within the hour",
    "unless the weather service has raised a warning",
    "which the committee decided after a long debate",
    "as long as the lamp above the door is green",
)
PAGE_ENDINGS = (
    "and a receipt is printed on recycled paper.",
    "so nobody has to wait in the rain again.",
    "and the difference is returned at the end of the month.",
    "while the old rule stays on the wall as a souvenir.",
    "and questions are answered on Thursdays.",
)
PAGE_HOOK = "For early access write to desk@parcel-lockers.example or add WeChat lockers_vip"
