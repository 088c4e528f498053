"""What the terminal itself says, in three languages; the sentences that all platforms share are in
`bot/wording`."""

from __future__ import annotations

from bot.wording import Language, language

TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "ready": "{model} answers. /help says more, Ctrl-D ends.",
        "ready_offline": "No language model is configured: an offline helper answers, for weather "
        "and time. Set OPENAI_API_KEY for the whole of me. /help says more, Ctrl-D ends.",
        "left_over": "Asked in an earlier run: {question}",
        "again": "The answer broke off. Here it is again:",
        "leave": "Press Ctrl-C once more to end, or write on.",
        "too_long": "That is more than the {limit} that I can take at once. Please send less.",
        "saved": "{name} is saved as {path}",
        "not_saved": "{name} could not be saved: {reason}",
        "unknown_command": "I do not know {command}. /help shows what I can do.",
        "help": "Write a question and press Enter; pasted lines stay together. I know the weather "
        "and the time anywhere.\n"
        "Ctrl-C stops an answer. The arrow keys bring back what you wrote before.\n"
        "/reset  makes me forget this conversation, which I otherwise remember until it has been "
        "quiet for {remembered}\n"
        "/help   shows this\n"
        "/quit   ends, and so does Ctrl-D",
    },
    "zh-Hans": {
        "ready": "由 {model} 回答。/help 查看说明，Ctrl-D 结束。",
        "ready_offline": "没有设置语言模型：由离线助手回答天气和时间。设置 OPENAI_API_KEY 后"
        "即可使用全部功能。/help 查看说明，Ctrl-D 结束。",
        "left_over": "上次运行时的提问：{question}",
        "again": "回答中断了，下面重新回答：",
        "leave": "再按一次 Ctrl-C 结束，或者继续输入。",
        "too_long": "内容超过了我一次能接收的 {limit}。请少发一些。",
        "saved": "{name} 已保存为 {path}",
        "not_saved": "无法保存 {name}：{reason}",
        "unknown_command": "我不认识 {command}。/help 会显示我能做什么。",
        "help": "写下问题并按回车；粘贴的多行会作为一条消息。我知道各地的天气和时间。\n"
        "Ctrl-C 停止回答。方向键可找回以前写的内容。\n"
        "/reset  让我忘记这段对话；否则我会一直记得，直到它安静了{remembered}\n"
        "/help   显示这些说明\n"
        "/quit   结束，Ctrl-D 也一样",
    },
    "zh-Hant": {
        "ready": "由 {model} 回答。/help 查看說明，Ctrl-D 結束。",
        "ready_offline": "沒有設定語言模型：由離線助手回答天氣和時間。設定 OPENAI_API_KEY 後"
        "即可使用全部功能。/help 查看說明，Ctrl-D 結束。",
        "left_over": "上次執行時的提問：{question}",
        "again": "回答中斷了，以下重新回答：",
        "leave": "再按一次 Ctrl-C 結束，或者繼續輸入。",
        "too_long": "內容超過了我一次能接收的 {limit}。請少傳一些。",
        "saved": "{name} 已儲存為 {path}",
        "not_saved": "無法儲存 {name}：{reason}",
        "unknown_command": "我不認識 {command}。/help 會顯示我能做什麼。",
        "help": "寫下問題並按 Enter；貼上的多行會作為一則訊息。我知道各地的天氣和時間。\n"
        "Ctrl-C 停止回答。方向鍵可找回以前寫的內容。\n"
        "/reset  讓我忘記這段對話；否則我會一直記得，直到它安靜了{remembered}\n"
        "/help   顯示這些說明\n"
        "/quit   結束，Ctrl-D 也一樣",
    },
}


def tell(key: str, locale: str, **values: object) -> str:
    """Return the terminal's sentence `key` with `values` put into its places."""
    return TEXTS[language(locale)][key].format(**values)
