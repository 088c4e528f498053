"""The bot's sentences in 繁體中文: short, kind, what happened and what to do next."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    # Lengths of time
    "seconds": "{count:,} 秒",
    "minutes": "{count:,} 分鐘",
    "hours": "{count:,} 小時",
    "days": "{count:,} 天",
    # While an answer is on its way
    "thinking": "正在思考…",
    "waiting_retry": "模型還沒有回應，我正在重試…",
    # How an answer ends
    "stopped": "已停止。",
    "length_reached": "一次回答只能這麼長。請讓我繼續。",
    "rounds_exhausted": "一個問題能查詢的次數已用完，目前只有這些結果。其餘的請再問一次。",
    "broke_off": "回答在這裡中斷了。請再問一次。",
    "no_answer": "模型沒有給出任何內容。請再問一次，或者換個說法。",
    # Why there is no answer
    "model_unreachable": "我連不上語言模型。請一分鐘後再試；如果一直這樣，請告訴管理我的人。",
    "model_busy": "語言模型現在太忙了。請在 {wait}後再問。",
    "model_rejected": "語言模型服務拒絕了我的請求。請告訴管理我的人：檢查設定之後，再問才有用。",
    "model_silent": "語言模型太久沒有回應，我只好放棄。請再問一次。",
    "model_refused": "模型的內容過濾器不回答這個問題。換個說法也許可以。",
    "context_too_long": "內容超出了模型一次能讀的長度。請另開一個討論串，或者少傳一些文字。",
    "words_refused": "這裡沒有接受我的回答：其中有些內容在此被拒絕，可能是一個連結。"
    "請讓我換個說法。",
    "interrupted_again": "我每次回答這個問題都被打斷，只好先放到一邊。請再問一次；"
    "如果再次發生，請告訴管理我的人。",
    "internal_error": "我這邊出了問題。請再問一次；如果再次發生，請把這個編號告訴管理我的人：{id}",
    "store_unavailable": "我現在無法儲存訊息，所以沒有收下這一則。請一分鐘後重新傳送。",
    "store_unsure": "我的記憶沒有及時回應，所以不知道這一則有沒有收下。"
    "如果一分鐘內沒有動靜，請重新傳送。",
    "not_ready": "我剛剛啟動，還沒有準備好，所以沒有收下這一則。請一分鐘後重新傳送。",
    # Limits
    "too_much_at_once": "一下子太多了：這裡已有 {count:,} 則訊息在等待。"
    "請等我回答之後，再把其餘的傳一遍。",
    "turns_limit": "你這一小時的提問次數已用完。請在 {minutes:,} 分鐘後再問。",
    "tokens_limit": "你今天的用量已用完。請在 {hours:,} 小時後再問。",
    "channel_not_allowed": "我不能在這個頻道回答。請到別的頻道問我，或者請管理我的人開放這裡。",
    # Files
    "file_too_large": "「{name}」超過了我能讀取的 {limit}。請傳送小一點的檔案，"
    "或者貼上其中重要的部分。",
    "file_gone": "「{name}」已經不在了。請重新傳送。",
    "file_forbidden": "我沒有權限開啟「{name}」。請在這個對話裡傳送它。",
    "file_unreachable": "我沒能及時取得「{name}」。請重新傳送。",
    "file_binary": "「{name}」不是文字檔，我讀不了。請把其中的內容以文字傳送。",
    "file_cut": "「{name}」太長，我只讀了開頭的一部分。請傳來最關鍵的內容。",
    "file_image": "我看不了圖片，所以沒有查看「{name}」。請用文字描述一下。",
    "files_too_many": "我一次最多讀 {limit:,} 個檔案，其餘的沒有讀。請在另一則訊息裡傳送。",
    "message_cut": "內容太長，我一次讀不完，結尾的部分沒有讀。請另傳一則訊息補上。",
    "secret_hidden": "你的訊息裡有看起來像金鑰的內容（{kinds}）。我已對模型和我的記憶隱藏它；"
    "如果是真的，請儘快更換。",
    # Memory and threads
    "reset_done": "好了，這裡說過的內容我都忘了。",
    "reset_nothing": "這裡沒有我記住的內容。",
    "left_thread": "在有人提到我之前，我會在這裡保持安靜。",
    # Buttons and commands
    "button_stop": "停止",
    "button_regenerate": "重新回答",
    "button_try_again": "再試一次",
    "feedback_positive": "這個回答有幫助",
    "feedback_negative": "這個回答沒有幫助",
    "press_again": "我暫時無法讀寫記憶，所以什麼都沒有發生。請過一分鐘再按一次。",
    "press_unsure": "我的記憶沒有及時回應，所以不知道剛才有沒有成功。"
    "如果一分鐘內沒有變化，請再按一次。",
    "too_late_to_press": "這個按鈕已經太舊了。請再問一次。",
    "not_yours_to_stop": "只有提問的人才能停止這個回答。",
    "nothing_to_stop": "沒有可以停止的回答，它已經結束了。",
    "not_yours_to_rate": "只有提問的人可以評價這個回答。",
    "not_yours_to_repeat": "只有提問的人才能要求重新回答。",
    "nothing_to_repeat": "我已經不知道原來的問題，無法重新回答。請再問一次。",
    "feedback_thanks": "謝謝，已記下。",
    "empty_question": "想知道什麼？請寫在 {mention} 後面。",
    "unknown_command": "我不認得這個指令。可用的有：",
    "empty_command": "想知道什麼？請寫在指令後面：`{command} ask 東京現在幾點？`",
    "answer_follows": "正在思考… 回答會出現在這個頻道裡。",
    "asks": "{name} 問：",
    "not_a_member": "我不是這裡的成員，只能這樣回答。用 `/invite {mention}` 邀請我，"
    "我就能在討論串裡回答。",
    "answer_goes_on": "回答的其餘部分在私訊裡。",
    "perhaps_told": "Slack 沒有確認這段內容是否已出現在你提問的地方，所以在這裡給你。",
    "file_not_sent": "有一個屬於這個回答的檔案沒能傳出來。請再要一次。",
    "file_doubtful": "Discord 沒有說明「{name}」是否已經傳到這裡。如果沒有看到，請再要一次。",
    "file_too_large_to_send": "「{name}」超過了我在這裡能傳送的 {limit}。請只要其中的一部分。",
    "place_archived": "我沒能在 {channel} 裡回答你：這個頻道已封存。"
    "請在別的頻道問我，或者直接在這裡問。",
    "place_not_member": "我沒能在 {channel} 裡回答你：我不是那裡的成員。"
    "在頻道裡用 `/invite {mention}` 邀請我，或者直接在這裡問。",
    "place_not_allowed": "我沒能在 {channel} 裡回答你：我不能在那裡發言。"
    "管理這個頻道的人可以更改，或者直接在這裡問我。",
    "operator_place_closed": "我沒能在 {channel} 裡回答（工作區 `{team}`）：Slack 回應 `{reason}`。"
    "提問的人會收到私訊。一小時內同樣的事我只說一次。",
    "left_channel": "好了。你在這裡問過我的討論串，在有人提及我之前我都保持安靜。"
    "想讓我離開某一個討論串，請在裡面寫「{mention} 離開」。",
    "left_nothing": "你在這裡的討論串，我都沒有在跟進。想讓我離開別的討論串，"
    "請在裡面寫「{mention} 離開」。",
    "cannot_leave": "在私訊裡我總會回答。`{command} reset` 讓我忘記這裡說過的內容。",
    # Greeting and help
    "hello": """\
你好，我是 Parley。

- **想問我**，請提及 {mention}。我會在你那則訊息的討論串裡回答，在那裡繼續說時不必再提及我。
- **想讓我停下**，請按回答下面的「停止」，或者在討論串裡寫「{mention} 離開」。
- **我會記得**我參與的討論串裡說過的話，討論串安靜 {remembered}後就忘記。

`{command} help` 有更多說明。""",
    "help_ask": """\
**怎樣提問：**在頻道裡提及 {mention}，或者直接傳訊息給我。我會在討論串裡回答，\
在那裡繼續說時不必再提及我。我知道各地的天氣和時間，也能讀文字檔。\
在任何訊息的選單裡選「Ask Parley about this」，可以就那則訊息問我；\
選「Review this code」，我就審查其中的程式碼。""",
    "help_commands": """\
**指令**，在頻道或私訊裡都可以用：
- `{command} ask` 加上問題：我在那裡回答，所有人都能看到。
- `{command} ask private` 加上問題：只有你看得到回答。
- `{command} review` 加上程式碼或合併請求的連結：我在那裡審查。
- `{command} reset`：我忘記你我在那裡說過的內容。
- `{command} leave`：你在那裡的討論串，在有人提及我之前我保持安靜。只離開一個討論串，\
請在裡面寫「{mention} 離開」。
- `{command} help`：顯示這份說明。""",
    "help_changes": """\
**改變主意：**按「停止」可結束回答。修改或刪除你的訊息，我會跟著更新。""",
    "help_memory": """\
**我記得什麼：**我參與的討論串裡說過的話，討論串安靜 {remembered}後就忘記。""",
    # The dialog about a message
    "dialog_title": "就這則訊息問 Parley",
    "dialog_submit": "提問",
    "dialog_close": "取消",
    "dialog_about": "關於這則訊息：",
    "dialog_about_whose": "關於 {author} 的這則訊息：",
    "dialog_no_text": "（沒有文字的訊息）",
    "dialog_question": "想知道什麼？",
    "dialog_default": "解釋一下",
    "dialog_audience": "誰能看到回答？",
    "dialog_public": "所有人，在這則訊息的討論串裡",
    "dialog_private": "只有我",
    "dialog_empty": "請寫下問題。",
    "dialog_lost": "我已經不知道這是關於哪則訊息了。請重新打開這個視窗。",
    "dialog_not_opened": "視窗沒能及時打開。如果沒有看到它，請在這則訊息的選單裡再選一次。",
    # Discord: what its commands are called and say of themselves
    "command_ask": "提問",
    "command_ask_about": "問我任何問題，我可以查詢天氣和時間",
    "command_weather": "天氣",
    "command_weather_about": "各地的天氣：現在，以及最多七天",
    "command_time": "時間",
    "command_time_about": "一個或幾個地方現在幾點",
    "command_review": "審查",
    "command_review_about": "審查程式碼：貼上的、檔案裡的，或連結裡的",
    "command_reset": "重設",
    "command_reset_about": "讓我忘記這裡說過的內容",
    "command_leave": "離開",
    "command_leave_about": "在有人提及我之前，讓我在這裡保持安靜",
    "command_help": "說明",
    "command_help_about": "我能做什麼，會記住什麼",
    "menu_ask": "就這則訊息問 Parley",
    "menu_review": "審查這段程式碼",
    "option_question": "問題",
    "option_question_about": "你想知道什麼",
    "option_attachment": "附件",
    "option_attachment_about": "相關的檔案：文字、程式碼或圖片",
    "option_private": "私密",
    "option_private_about": "只有你能看到回答",
    "option_place": "地點",
    "option_place_about": "城市或鄉鎮，如有同名請加上國家",
    "option_unit": "單位",
    "option_unit_about": "溫度的單位；不選則依當地習慣",
    "option_days": "天數",
    "option_days_about": "預報幾天；1 表示今天",
    "option_places": "地點",
    "option_places_about": "城市或鄉鎮，用逗號隔開",
    "option_text": "文字",
    "option_text_about": "程式碼，或者要看的內容",
    "option_link": "連結",
    "option_link_about": "檔案或拉取要求的網址",
    # Discord: what else is said only there
    "discord_hello": """\
你好，我是 Parley。

- **想問我**，請提及 {mention}，或者用 `/提問`。提及我時，我會在討論串裡回答，\
在那裡繼續說時不必再提及我。
- **想讓我停下**，請按回答下面的「停止」。在討論串裡用 `/離開`，我就離開那裡。
- **我會記得**我參與的討論串裡說過的話，討論串安靜 {remembered}後就忘記。

`/說明` 有更多說明。""",
    "discord_hello_blind": "我只看得到提及我的訊息，所以在討論串裡也請提及我，或者回覆我的訊息。",
    "discord_help_ask": """\
**怎樣提問：**在頻道裡提及 {mention}，用 `/提問`，或者直接傳私訊給我。提及我時，\
我會在討論串裡回答，在那裡繼續說時不必再提及我。回覆我的訊息也可以。我知道各地的天氣和時間，也能讀文字檔。\
在任何訊息的選單裡，在「應用程式」下選「就這則訊息問 Parley」，可以就那則訊息問我；\
選「審查這段程式碼」，我就審查其中的程式碼。""",
    "discord_help_commands": """\
**指令：**
- `/提問`（`/ask`）：任何問題，也可以附上檔案；選 `私密` 就只有你看得到回答。
- `/天氣`（`/weather`）和`/時間`（`/time`）：各地的天氣或時間。
- `/審查`（`/review`）：你貼上、附上或給出連結的程式碼。
- `/重設`（`/reset`）：我忘記這裡說過的內容：在頻道裡是你的那部分，在討論串或私訊裡是全部。
- `/離開`（`/leave`）：在這個討論串裡，或者在你於這個頻道的討論串裡，有人提及我之前我保持安靜。
- `/說明`（`/help`）：這份說明。""",
    "discord_left_channel": "好了。你在這裡問過我的討論串，在有人提及我之前我都保持安靜。",
    "discord_left_nothing": "你在這裡的討論串，我都沒有在跟進。想讓我離開別的討論串，"
    "請在裡面用 `/離開`。",
    "discord_cannot_leave": "在私訊裡我總會回答。`/重設` 讓我忘記這裡說過的內容。",
    "discord_nothing_to_review": "要我看什麼？請給 `/審查` 一段文字、一個檔案或一個連結。",
    "discord_no_place": "哪個地方？請在指令後面寫上城市或鄉鎮。",
    "discord_command_changed": "這個指令已經更改。"
    "請一分鐘後再試；如果一直這樣，請重新啟動 Discord。",
    "discord_dialog_public": "這個頻道裡的所有人",
    "discord_place_gone": "你提問的頻道或討論串已經不在了，我沒法在那裡回答。"
    "請在別處問我，或者就在這裡問。",
    "discord_place_locked": "我沒能在 {channel} 回答你：那個討論串已經鎖定。請在別的討論串問我，"
    "或者就在這裡問。",
    "discord_place_moderated": "我沒能在 {channel} 回答你：伺服器的自動審核攔下了我的回答。"
    "請就在這裡問我。",
    "discord_operator_closed": "我沒能在 {channel}（伺服器 `{server}`）回答：Discord 傳回 "
    "`{reason}`。提問的人會在私訊裡得到通知。一小時內同樣的情況我只說一次。",
    "discord_rest_in_file": "內容太長，這裡的訊息放不下；全部內容都在檔案裡。",
    # The pane of the assistant
    "prompts_title": "我能幫你做什麼？",
    "prompt_weather": "我這裡的天氣",
    "prompt_weather_text": "這裡今天和明天的天氣如何？",
    "prompt_time": "別處的時間",
    "prompt_time_text": "這裡的下午三點，在紐約、柏林和東京是幾點？",
    "prompt_abilities": "你能做什麼？",
    "prompt_abilities_text": "你能幫我做什麼，會記住什麼？",
    "prompt_channel": "起草傳到 #{channel} 的訊息",
    "prompt_channel_text": "幫我寫一則傳到 #{channel} 的訊息：先問我要說什麼。",
    "prompt_draft": "起草一則訊息",
    "prompt_draft_text": "幫我給團隊寫一則訊息：先問我要說什麼。",
    # The App Home
    "home_title": "你好，我是 Parley",
    "home_settings": "你的設定",
    "home_language": "*語言*\n我的說明、按鈕和提示用的語言。回答用提問的語言。",
    "home_language_auto": "與 Slack 一致",
    "home_units": "*溫度*\n用在天氣的回答裡。",
    "home_units_auto": "按當地習慣",
    "home_celsius": "攝氏度（°C）",
    "home_fahrenheit": "華氏度（°F）",
    "home_answers": "*對* `{command} ask` *的回答*\n"
    "只改一個問題的話，在它前面寫 `private` 或 `--public`。",
    "home_answers_public": "所有人都能看到",
    "home_answers_private": "只有你能看到",
    "home_memory": "我記得什麼",
    "home_memory_text": "我參與的討論串裡說過的話，討論串安靜 {remembered}後就忘記。"
    "你可以讓我立刻忘記你在任何地方對我說過的話。",
    "home_forget": "忘記我說過的話",
    "home_forget_title": "要忘記你說過的話嗎？",
    "home_forget_confirm": "我會忘記你在所有頻道和私訊裡對我說過的話，以及只有你看到的回答。"
    "別人說過的話和你的設定會保留。這一步無法復原。",
    "home_forget_yes": "忘記",
    "home_forget_no": "保留",
    "home_forgotten": "好了，你對我說過的話我都忘了。",
    # While people install the bot in their workspace
    "install_done": "我已經加入 {team}。請把我邀請到頻道裡並提及我，或者直接傳私訊給我。",
    "install_refused": "Slack 沒有得到授權，因此什麼都沒有安裝。你可以隨時重新開始。",
    "install_expired": "這個頁面已經用過、超過了十分鐘，或是從另一個瀏覽器開始的。"
    "什麼都沒有安裝，請重新開始。",
    "install_failed": "安裝沒有完成，什麼都沒有安裝。請重新開始；如果再次發生，請告訴管理我的人。",
    "install_organisation": "我可以安裝到單一工作區，但不能一次安裝到整個組織。"
    "請重新開始，並選擇一個工作區。",
    "install_again": "重新開始",
    "install_open": "開啟 Slack",
    # Without a language model
    "offline_what_i_am": "我現在沒有接語言模型，無法對話。"
    "可用的是：天氣、時間，以及程式碼的靜態檢查。",
    "offline_how_to_change": "想要完整的我，請設定 `OPENAI_API_KEY` 後重新啟動。",
}
