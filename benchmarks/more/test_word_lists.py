"""What 100,000 listed words cost intake: parse, route and search of one item, with them and without.

The promise is a ratio of at most 1.20. Both are measured in turns within one run, so that whatever else the machine
does falls on both. The words are found as intake finds them, but for the one tiny query of their edition.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from statistics import median

import psutil
import pytest

from moderation.contract import json_text, parse_submission
from moderation.policy import BUILT_IN, BUILT_IN_TAXONOMY, Facts, route
from moderation.word_lists.folding import fold
from moderation.word_lists.matching import Found, Matcher, SearchedList
from tests.moderation.contract import bodies

WORDS, TURNS, TEXTS = 100_000, 60, 40
PROMISED = 1.20
_DICE = random.Random(20)  # noqa: S311
_RARE_HAN = [chr(_DICE.randint(0x4E00, 0x9FA5)) for _ in range(3000)]
_ENGLISH = (
    "Limited offer: follow us for FREE shipping, message @sunny.deals on Telegram or call +1 555 0100 today! First "
    "orders get half off, no refunds, see the shop for terms and conditions. New season summer sale – beach party "
    "tickets at the door or online, bring a friend and a towel. Please keep off the grass; this café closes at 9 pm. "
    "The quick brown fox jumps over the lazy dog while the band plays on and nobody minds the rain 😀. "
)
_CHINESE = (
    "加微信领取优惠券，限时特价！新用户首单立减50元，扫码关注公众号“美丽生活”，更多福利等你来拿……客服QQ：12345678（工作时间"
    "9:00～18:00）。全场满199元包邮，支持七天无理由退换货。昨天我和朋友们一起去了海边，天气非常好，孩子们在沙滩上玩了整整一个"
    "下午。晚上大家围坐在火堆旁边唱歌聊天，直到月亮升起来才回家。这家餐厅的菜味道不错，就是等位时间太长，建议提前打电话预约。"
    "妈妈说今年冬天特别冷，叫我们多穿一点衣服，别忘了给阳台上的花浇水。明天早上八点在学校门口集合，带好雨伞和午饭，迟到的同学"
    "自己坐公交车过来！这部电影的结尾让人意外，导演用很少的台词讲清楚了一个复杂的故事😀。招聘：文员两名，要求会用电脑，工资面议。"
    "周末社区组织了一次义务植树活动，来了三十多位居民，大家一边挖坑一边说笑，半天就种好了五十棵小树。医生建议每天走六千步，少吃油"
    "炸食品，晚上十一点以前睡觉。通知：本周五下午两点到五点停水检修，请各位住户提前做好储水准备，给您带来不便敬请谅解。北京到"
    "上海的高铁最快四个半小时，二等座票价五百多元，节假日要早点买票。他从小喜欢画画，书包里总放着一盒彩色铅笔和一个旧本子。"
    "今日特价：西红柿每斤三块八，黄瓜两块五，鸡蛋五块二，买满三十元送葱。孩子的作文写得很有意思，老师在班里念了一遍。"
    "本店承诺所有商品均为正品，假一赔十；如有质量问题，请在收货后二十四小时之内联系我们的售后人员处理。"
)
_IN_ENGLISH, _IN_CHINESE = ["telegram", "free", "rain"], ["微信", "福利", "月亮"]  # so that something is found

Search = Callable[[str], Found]


@pytest.fixture(scope="module")
def search() -> Matcher:
    """50,000 whole words of the English's letters, 50,000 Chinese words of common and rare signs, anywhere."""
    letters, signs = (
        [each for each in _ENGLISH.lower() if each.isalpha()],
        sorted({each for each in _CHINESE if "一" < each < "龥"}),
    )
    english = ["".join(_DICE.choices(letters, k=_DICE.randint(4, 12))) for _ in range(WORDS // 2)]
    chinese = ["".join(_DICE.choices(signs + _RARE_HAN, k=_DICE.randint(2, 5))) for _ in range(WORDS // 2)]
    english, chinese = [*english, *_IN_ENGLISH], [*chinese, *_IN_CHINESE]
    lists = {SearchedList("english", "whole"): english, SearchedList("chinese", "plain"): chinese}
    entries = [(own, word, fold(word)) for own, words in lists.items() for word in words]
    before, began = psutil.Process().memory_info().rss, time.perf_counter()
    made = Matcher(entries)
    seconds, grown = time.perf_counter() - began, psutil.Process().memory_info().rss - before
    print(f"\n{WORDS:,} words: automaton built in {seconds:.2f} s, {grown / 2**20:.0f} MiB")
    return made


def stretch_of(story: str) -> str:
    """60 to 300 characters from somewhere in it."""
    start = _DICE.randrange(len(story))
    return (story * 3)[start : start + _DICE.randint(60, 300)]


def item(text: str) -> bytes:
    detail = bodies.image_v4()["riskDetail"] | {"ocrText": {"text": text}}
    return json.dumps(bodies.envelope(result=bodies.image_v4(riskDetail=detail)), ensure_ascii=False).encode()


def take_in(body: bytes, search: Search) -> None:
    """Intake's work on one item, without the database."""
    submission = parse_submission(json_text.loads(body))
    found = search(submission.result.evidence.text.text)
    facts = Facts(submission.result, submission.request, app_id="web", listed=found.words)
    route(facts, policy=BUILT_IN, taxonomy=BUILT_IN_TAXONOMY)


def seconds_for(items: list[bytes], search: Search) -> float:
    """Of this thread's processor time."""
    began = time.thread_time()
    for body in items:
        take_in(body, search)
    return time.thread_time() - began


@pytest.mark.parametrize("story", [_ENGLISH, _CHINESE], ids=["English", "Chinese"])
def test_a_hundred_thousand_words_add_at_most_a_fifth_to_intakes_work(story: str, search: Matcher) -> None:
    items, none = [item(stretch_of(story)) for _ in range(TEXTS)], Matcher([])
    for each in (none, search):
        seconds_for(items, each)
    pairs = [(seconds_for(items, none), seconds_for(items, search)) for _ in range(TURNS)]
    matches = (
        sum(len(search(json.loads(body)["result"]["riskDetail"]["ocrText"]["text"]).words) for body in items) / TEXTS
    )
    ratio = median(with_words / without for without, with_words in pairs)
    without, with_words = (median(column) / TEXTS * 1e6 for column in zip(*pairs, strict=True))
    print(f"\n{without:.0f} µs an item without lists, {with_words:.0f} µs with {WORDS:,} words, {matches:.1f} found")
    print(f"ratio {ratio:.3f}, promised {PROMISED}")
    assert ratio <= PROMISED
