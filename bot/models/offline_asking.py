"""The words of asking, in English and Chinese: what is left of a question without them may be the
name of a place. Data; read by `bot.models.offline_places`."""

from __future__ import annotations

import re

_ENGLISH = """
what what's whats which when where how how's about is it its it's are was the a an and or of in
at for to on do does did you know can could would will be there here right now then time times
date day days week weekend weather like forecast forecasts temperature temperatures rain raining
rainy snow snowing sunny wind windy humid humidity umbrella degrees hot cold warm outside today
tomorrow tonight this next current currently local please tell me give show check get look up
find need want i i'd my your us we s hi hello hey thanks thank ok okay also so that celsius
fahrenheit clock o'clock zone timezone hour hours same convert if one two three four five six
seven after morning afternoon evening night going have take should say just with again exactly
let know whether looking really why sure who wow cool great nice good sorry yes no
"""
_EDGES = "a an of in at to for my your time local"
_CHINESE = """
请问 請問 帮我 幫我 查一下 查查 看看 看一下 告诉我 告訴我 我想知道 想知道 我想 知道
现在 現在 目前 此刻 当前 當前 今天 今日 明天 明日 后天 後天 今晚 早上 晚上 未来 未來
接下来 接下來 这几天 這幾天 那么 那麼 那里 那裡 那边 那邊 那儿 那兒 当地 當地
天气 天氣 气温 氣溫 温度 溫度 预报 預報 怎么样 怎麼樣 怎样 怎樣 如何 好吗 好嗎
几点钟 幾點鐘 几点 幾點 几号 幾號 星期几 星期幾 时间 時間 时区 時區 日期 什么 什麼
时候 時候 会不会 會不會 下雨 下雪 多少度 多少 几度 幾度 带伞 帶傘 要不要 需要
没有 沒有 一周 一週 本周 本週 这周 這週 周末 週末 摄氏度 攝氏度 摄氏 攝氏 华氏 華氏
如果 假如 相当于 相當於 等于 等於 怎么 怎麼 一下 情况 情況 的话 的話 的 吗 嗎 呢 吧
"""

ENGLISH = frozenset(_ENGLISH.split())
"""Words that are no part of a place's name."""
EDGES = frozenset(_EDGES.split())
"""Words that do not begin a place's name; "the" may: The Hague."""
CHINESE = re.compile(
    "|".join(sorted(_CHINESE.split(), key=len, reverse=True)) + r"|\d+\s*天|[两兩二三四五六七]天"
)
"""Words between which names stand. Single characters are not among them, for they are parts of
names too: 天 of 天津, 热 of 里约热内卢."""
LEADING, TRAILING = (
    "在是那这這我你请請查看会會有也還还又当當用想",
    "了是会會有在热熱冷度好真很要啊呀钟鐘",
)
"""Characters of asking at the edges of a name."""
