"""What the weather tool says, in the bot's three languages."""

from __future__ import annotations

from bot.tools.languages import Words
from bot.tools.openmeteo import Trouble

ATTRIBUTION = "Weather data by Open-Meteo.com"
ATTRIBUTION_URL = "https://open-meteo.com/"
"""The licence (CC BY 4.0) asks for both: https://open-meteo.com/en/license."""

TITLE: Words = {
    "en": "Checking the weather in {place}…",
    "zh-CN": "正在查询{place}的天气…",
    "zh-TW": "正在查詢{place}的天氣…",
}
TITLE_PLAIN: Words = {
    "en": "Checking the weather…",
    "zh-CN": "正在查询天气…",
    "zh-TW": "正在查詢天氣…",
}
WHERE: Words = {
    "en": "Weather in {label} (local time {time}, {zone})",
    "zh-CN": "{label}的天气（当地时间 {time}，{zone}）",
    "zh-TW": "{label}的天氣（當地時間 {time}，{zone}）",
}
NOW: Words = {"en": "Now: {facts}", "zh-CN": "现在：{facts}", "zh-TW": "現在：{facts}"}
DAY: Words = {"en": "{day}: {facts}", "zh-CN": "{day}：{facts}", "zh-TW": "{day}：{facts}"}
FEELS: Words = {
    "en": "feels like {value}",
    "zh-CN": "体感 {value}",
    "zh-TW": "體感 {value}",
}
HUMIDITY: Words = {
    "en": "humidity {value} %",
    "zh-CN": "湿度 {value}%",
    "zh-TW": "濕度 {value}%",
}
WIND: Words = {
    "en": "wind {value} from the {direction}",
    "zh-CN": "{direction} {value}",
    "zh-TW": "{direction} {value}",
}
WIND_ONLY: Words = {"en": "wind {value}", "zh-CN": "风速 {value}", "zh-TW": "風速 {value}"}
WIND_UP_TO: Words = {
    "en": "wind up to {value}",
    "zh-CN": "最大风速 {value}",
    "zh-TW": "最大風速 {value}",
}
GUSTS: Words = {"en": "gusts {value}", "zh-CN": "阵风 {value}", "zh-TW": "陣風 {value}"}
PRECIPITATION: Words = {
    "en": "precipitation {value}",
    "zh-CN": "降水 {value}",
    "zh-TW": "降水 {value}",
}
CHANCE: Words = {
    "en": "chance of precipitation {value} %",
    "zh-CN": "降水概率 {value}%",
    "zh-TW": "降雨機率 {value}%",
}
SUN: Words = {
    "en": "sunrise {sunrise}, sunset {sunset}",
    "zh-CN": "日出 {sunrise}，日落 {sunset}",
    "zh-TW": "日出 {sunrise}，日落 {sunset}",
}
UV: Words = {"en": "UV index {value}", "zh-CN": "紫外线指数 {value}", "zh-TW": "紫外線指數 {value}"}
RANGE: Words = {
    "en": "{low} to {high}",
    "zh-CN": "{low} 至 {high}",
    "zh-TW": "{low} 至 {high}",
}
RELATIVE: tuple[Words, ...] = (
    {"en": "today", "zh-CN": "今天", "zh-TW": "今天"},
    {"en": "tomorrow", "zh-CN": "明天", "zh-TW": "明天"},
)
OTHERS: Words = {
    "en": "“{name}” was taken to be {label}. Other places of this name: {others}.",
    "zh-CN": "这里的“{name}”取的是{label}。同名的地方还有：{others}。",
    "zh-TW": "這裡的「{name}」取的是{label}。同名的地方還有：{others}。",
}
NO_NOW: Words = {
    "en": "The service sent no current values.",
    "zh-CN": "服务没有返回当前的实况。",
    "zh-TW": "服務沒有傳回目前的實況。",
}
NO_DAYS: Words = {
    "en": "The service sent no forecast for the days.",
    "zh-CN": "服务没有返回逐日预报。",
    "zh-TW": "服務沒有傳回逐日預報。",
}
ONLY_A_WEEK: Words = {
    "en": "The forecast reaches {days} days.",
    "zh-CN": "预报最多 {days} 天。",
    "zh-TW": "預報最多 {days} 天。",
}
WHICH_PLACE: Words = {
    "en": "It is not known where the asker is. Name a city, for example: weather in Berlin.",
    "zh-CN": "不知道提问者在哪里。请给出城市，例如：北京的天气。",
    "zh-TW": "不知道提問者在哪裡。請給出城市，例如：台北的天氣。",
}
NOT_FOUND: Words = {
    "en": "No place called “{place}” was found. Check the spelling, or name a larger city nearby, "
    "with its region or country: “Springfield, Illinois”.",
    "zh-CN": "没有找到名为“{place}”的地方。请检查写法，或换成附近较大的城市，并写明省份或国家，"
    "例如“西安，中国”。",
    "zh-TW": "找不到名為「{place}」的地方。請檢查寫法，或改用附近較大的城市，並寫明省份或國家，"
    "例如「新竹，台灣」。",
}
NOT_THERE: Words = {
    "en": "No place matches “{place}”. Of that name there is: {others}.",
    "zh-CN": "没有符合“{place}”的地方。同名的有：{others}。",
    "zh-TW": "沒有符合「{place}」的地方。同名的有：{others}。",
}
NOT_ASKED: Words = {
    "en": "Not looked up: {places}. Ask for them again.",
    "zh-CN": "尚未查询：{places}。请再问一次。",
    "zh-TW": "尚未查詢：{places}。請再問一次。",
}
TROUBLES: dict[Trouble, Words] = {
    Trouble.OFFLINE: {
        "en": "The weather service ({host}) cannot be reached: the machine that runs the bot has "
        "no connection to it. Check its network, proxy or firewall, then ask again.",
        "zh-CN": "无法连接天气服务（{host}）：运行机器人的机器连不上它。请检查网络、代理或"
        "防火墙，然后再问一次。",
        "zh-TW": "無法連線到天氣服務（{host}）：執行機器人的機器連不上它。請檢查網路、代理或"
        "防火牆，然後再問一次。",
    },
    Trouble.SLOW: {
        "en": "The weather service ({host}) did not answer in time. Ask again in a minute.",
        "zh-CN": "天气服务（{host}）没有及时回应。请一分钟后再问。",
        "zh-TW": "天氣服務（{host}）沒有及時回應。請一分鐘後再問。",
    },
    Trouble.MINUTE: {
        "en": "The weather service takes no more questions this minute. Ask again in a minute.",
        "zh-CN": "这一分钟内对天气服务的查询次数已用完。请一分钟后再问。",
        "zh-TW": "這一分鐘內對天氣服務的查詢次數已用完。請一分鐘後再問。",
    },
    Trouble.HOUR: {
        "en": "The weather service takes no more questions this hour. Ask again in the next hour.",
        "zh-CN": "这一小时内对天气服务的查询次数已用完。请下一个小时再问。",
        "zh-TW": "這一小時內對天氣服務的查詢次數已用完。請下一個小時再問。",
    },
    Trouble.DAY: {
        "en": "The weather service takes no more questions today. Ask again tomorrow.",
        "zh-CN": "今天对天气服务的查询次数已用完。请明天再问。",
        "zh-TW": "今天對天氣服務的查詢次數已用完。請明天再問。",
    },
    Trouble.BUSY: {
        "en": "The weather service has too many questions at once. Ask again in a moment.",
        "zh-CN": "天气服务此刻收到的查询太多。请稍后再问。",
        "zh-TW": "天氣服務此刻收到的查詢太多。請稍後再問。",
    },
    Trouble.DOWN: {
        "en": "The weather service is overloaded or out of order. Ask again in a few minutes.",
        "zh-CN": "天气服务过载或暂时故障。请几分钟后再问。",
        "zh-TW": "天氣服務過載或暫時故障。請幾分鐘後再問。",
    },
    Trouble.REFUSED: {
        "en": "The weather service refused the question ({reason}). Ask for another place; if it "
        "refuses all, check WEATHER_API_URL and GEOCODING_API_URL.",
        "zh-CN": "天气服务拒绝了这个查询（{reason}）。请换一个地点；如果总是被拒绝，请检查 "
        "WEATHER_API_URL 和 GEOCODING_API_URL。",
        "zh-TW": "天氣服務拒絕了這個查詢（{reason}）。請換一個地點；如果總是被拒絕，請檢查 "
        "WEATHER_API_URL 和 GEOCODING_API_URL。",
    },
    Trouble.GARBLED: {
        "en": "What came back is not the weather service's answer; a proxy or a login page may be "
        "in between. Ask again later; if it stays so, check WEATHER_API_URL and GEOCODING_API_URL.",
        "zh-CN": "收到的内容不是天气服务的回答，中间可能隔着代理或登录页面。请稍后再问；"
        "如果一直如此，请检查 WEATHER_API_URL 和 GEOCODING_API_URL。",
        "zh-TW": "收到的內容不是天氣服務的回答，中間可能隔著代理或登入頁面。請稍後再問；"
        "如果一直如此，請檢查 WEATHER_API_URL 和 GEOCODING_API_URL。",
    },
    Trouble.NOTHING: {
        "en": "The weather service has no values for this place at the moment. Ask for a larger "
        "place nearby, or again later.",
        "zh-CN": "天气服务目前没有这个地点的数据。请换成附近较大的地方，或稍后再问。",
        "zh-TW": "天氣服務目前沒有這個地點的資料。請改用附近較大的地方，或稍後再問。",
    },
}
