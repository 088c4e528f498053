"""The sentences that the server says to a person at the playground, in three languages.

The page's own words are in `static/strings.js`.
"""

from __future__ import annotations

import re

from bot.wording import Language, language

_TAG = re.compile(r"\s*([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3})\s*(?:;|,|\Z)")


def read_locale(accept_language: str) -> str:
    """Return the first language tag of an Accept-Language header, or nothing."""
    match = _TAG.match(accept_language)
    return match.group(1) if match else ""


def say(key: str, locale: str, **values: object) -> str:
    """Return the sentence `key` with `values` filled in."""
    return _SENTENCES[key][_COLUMN[language(locale)]].format(**values)


_COLUMN: dict[Language, int] = {"en": 0, "zh-Hans": 1, "zh-Hant": 2}

_SENTENCES: dict[str, tuple[str, str, str]] = {
    "malformed": (
        "That request was not understood. Reload the page and try again.",
        "无法理解这个请求。请刷新页面后再试。",
        "無法理解這個請求。請重新整理頁面後再試。",
    ),
    "too_long": (
        "That message has {length} characters; {most} fit. Attach the long part as a text file.",
        "这条消息有 {length} 个字符，最多 {most} 个。请把较长的内容作为文本文件附上。",
        "這則訊息有 {length} 個字元，最多 {most} 個。請把較長的內容作為文字檔附上。",
    ),
    "empty": (
        "There is nothing to send yet. Write something or attach a file.",
        "还没有内容可以发送。请先写点什么，或附上文件。",
        "還沒有內容可以傳送。請先寫點什麼，或附上檔案。",
    ),
    "file_too_large": (
        "This file is too large: up to {most} fit. Attach the part that matters.",
        "文件太大：最多 {most}。请只附上重要的部分。",
        "檔案太大：最多 {most}。請只附上重要的部分。",
    ),
    "file_empty": (
        "This file is empty, so there is nothing to attach.",
        "这个文件是空的，没有可以附上的内容。",
        "這個檔案是空的，沒有可以附上的內容。",
    ),
    "file_gone": (
        "An attached file is no longer here. Attach it again.",
        "有一个附件已不存在。请重新附上。",
        "有一個附件已不存在。請重新附上。",
    ),
    "too_many_files": (
        "At most {most} files fit on one message.",
        "一条消息最多可附 {most} 个文件。",
        "一則訊息最多可附 {most} 個檔案。",
    ),
    "not_found": (
        "That is not here any more.",
        "它已经不在了。",
        "它已經不在了。",
    ),
    "not_yours": (
        "Only the person who wrote a message can change it.",
        "只有写下消息的人才能修改它。",
        "只有寫下訊息的人才能修改它。",
    ),
    "not_allowed": (
        "Only the people who asked can do that.",
        "只有提问的人才能这样做。",
        "只有提問的人才能這樣做。",
    ),
    "still_running": (
        "This answer is still being written. Stop it first.",
        "这个回答还在生成中。请先停止它。",
        "這個回答還在產生中。請先停止它。",
    ),
    "full": (
        "That is too much at once: Parley still has messages to answer here. "
        "Ask again when it has caught up.",
        "一下子太多了：Parley 在这里还有消息没有回答。请等它跟上后再问。",
        "一下子太多了：Parley 在這裡還有訊息沒有回答。請等它跟上後再問。",
    ),
    "store_away": (
        "The store cannot be reached right now, so this was not saved. It is tried again.",
        "暂时无法连接存储，内容尚未保存，会再次尝试。",
        "暫時無法連接儲存庫，內容尚未儲存，會再次嘗試。",
    ),
    "starting": (
        "Parley is just starting or stopping. It is tried again.",
        "Parley 正在启动或停止，会再次尝试。",
        "Parley 正在啟動或停止，會再次嘗試。",
    ),
    "stopped_nothing": (
        "No answer is running here.",
        "这里没有正在生成的回答。",
        "這裡沒有正在產生的回答。",
    ),
    "reset_thread": (
        "Done: Parley has forgotten this conversation. Its messages stay visible.",
        "好了：Parley 已忘记这段对话。消息仍然可见。",
        "好了：Parley 已忘記這段對話。訊息仍然可見。",
    ),
    "reset_channel": (
        "Done: Parley has forgotten what you asked in this channel. The messages stay visible.",
        "好了：Parley 已忘记你在这个频道的提问。消息仍然可见。",
        "好了：Parley 已忘記你在這個頻道的提問。訊息仍然可見。",
    ),
    "reset_nothing": (
        "There was nothing to forget here.",
        "这里没有需要忘记的内容。",
        "這裡沒有需要忘記的內容。",
    ),
    "left": (
        "Parley no longer follows this thread. Mention @parley to bring it back.",
        "Parley 不再关注这个话题。提及 @parley 即可让它回来。",
        "Parley 不再關注這個討論串。提及 @parley 即可讓它回來。",
    ),
    "left_nothing": (
        "Parley does not follow a thread here. Use /parley leave inside a thread.",
        "Parley 在这里没有关注任何话题。请在话题中使用 /parley leave。",
        "Parley 在這裡沒有關注任何討論串。請在討論串中使用 /parley leave。",
    ),
    "help": (
        "**Parley answers where you ask.**\n"
        "- Mention `@parley` in a channel: the answer grows in a thread under your message.\n"
        "- In that thread, follow up without mentioning it. In a direct message, just write.\n"
        "- Ask about the **weather** or the **time** anywhere, or attach a text file.\n"
        "- `/parley reset` forgets this conversation, `/parley leave` makes it leave a thread.\n"
        "- Press **Stop** to end an answer, and 👍 or 👎 to rate it.",
        "**在哪里提问，Parley 就在哪里回答。**\n"
        "- 在频道里提及 `@parley`：回答会出现在你消息下方的话题中。\n"
        "- 在话题里继续提问无需再次提及。在私信里直接写就行。\n"
        "- 可以询问任何地方的**天气**或**时间**，也可以附上文本文件。\n"
        "- `/parley reset` 忘记这段对话，`/parley leave` 让它离开话题。\n"
        "- 按**停止**结束回答，用 👍 或 👎 评价。",
        "**在哪裡提問，Parley 就在哪裡回答。**\n"
        "- 在頻道裡提及 `@parley`：回答會出現在你訊息下方的討論串中。\n"
        "- 在討論串裡繼續提問無需再次提及。在私訊裡直接寫就行。\n"
        "- 可以詢問任何地方的**天氣**或**時間**，也可以附上文字檔。\n"
        "- `/parley reset` 忘記這段對話，`/parley leave` 讓它離開討論串。\n"
        "- 按**停止**結束回答，用 👍 或 👎 評價。",
    ),
    "password_wrong": (
        "That password is not right. Try again.",
        "密码不正确，请重试。",
        "密碼不正確，請重試。",
    ),
    "password_slow": (
        "Too many tries. Wait a minute, then try again.",
        "尝试次数过多。请等一分钟再试。",
        "嘗試次數過多。請等一分鐘再試。",
    ),
    "password_needed": (
        "Please sign in first.",
        "请先登录。",
        "請先登入。",
    ),
    "strange_host": (
        "This playground does not answer to that name. Open it at the address that Parley printed, "
        "or set PUBLIC_URL.",
        "这个演练场不使用该名称。请用 Parley 显示的地址打开，或设置 PUBLIC_URL。",
        "這個遊樂場不使用該名稱。請用 Parley 顯示的網址開啟，或設定 PUBLIC_URL。",
    ),
    "strange_origin": (
        "This request came from another site and was not carried out.",
        "这个请求来自其他网站，未予执行。",
        "這個請求來自其他網站，未予執行。",
    ),
    "attached_whole": (
        "This is only the beginning: the whole answer is attached.",
        "这里只显示开头，完整的回答见附件。",
        "這裡只顯示開頭，完整的回答見附件。",
    ),
}
