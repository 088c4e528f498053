"""The bot's sentences in 简体中文: short, kind, what happened and what to do next."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    # Lengths of time
    "seconds": "{count:,} 秒",
    "minutes": "{count:,} 分钟",
    "hours": "{count:,} 小时",
    "days": "{count:,} 天",
    # While an answer is on its way
    "thinking": "正在思考…",
    "waiting_retry": "模型还没有回应，我正在重试…",
    # How an answer ends
    "stopped": "已停止。",
    "length_reached": "一次回答只能这么长。请让我继续。",
    "rounds_exhausted": "一个问题能查询的次数已用完，目前只有这些结果。其余的请再问一次。",
    "broke_off": "回答在这里中断了。请再问一次。",
    "no_answer": "模型没有给出任何内容。请再问一次，或者换个说法。",
    # Why there is no answer
    "model_unreachable": "我连接不上语言模型。请一分钟后再试；如果一直这样，请告诉管理我的人。",
    "model_busy": "语言模型现在太忙了。请在 {wait}后再问。",
    "model_rejected": "语言模型服务拒绝了我的请求。请告诉管理我的人：检查设置之后，再问才有用。",
    "model_silent": "语言模型太久没有回应，我只好放弃。请再问一次。",
    "model_refused": "模型的内容过滤器不回答这个问题。换个说法也许可以。",
    "context_too_long": "内容超出了模型一次能读的长度。请新开一个讨论串，或者少发一些文字。",
    "words_refused": "这里没有接受我的回答：其中有些内容在此被拒绝，可能是一个链接。"
    "请让我换个说法。",
    "interrupted_again": "我每次回答这个问题都被打断，只好先放到一边。请再问一次；"
    "如果再次发生，请告诉管理我的人。",
    "internal_error": "我这边出了问题。请再问一次；如果再次发生，请把这个编号告诉管理我的人：{id}",
    "store_unavailable": "我现在无法保存消息，所以没有收下这一条。请一分钟后重新发送。",
    "store_unsure": "我的记忆没有及时响应，所以不知道这一条有没有收下。"
    "如果一分钟内没有动静，请重新发送。",
    "not_ready": "我刚刚启动，还没有准备好，所以没有收下这一条。请一分钟后重新发送。",
    # Limits
    "too_much_at_once": "一下子太多了：这里已有 {count:,} 条消息在等待。"
    "请等我回答之后，再把其余的发一遍。",
    "turns_limit": "你这一小时的提问次数已用完。请在 {minutes:,} 分钟后再问。",
    "tokens_limit": "你今天的用量已用完。请在 {hours:,} 小时后再问。",
    "channel_not_allowed": "我不能在这个频道回答。请到别的频道问我，或者请管理我的人开通这里。",
    # Files
    "file_too_large": "“{name}”超过了我能读取的 {limit}。请发送小一点的文件，"
    "或者粘贴其中重要的部分。",
    "file_gone": "“{name}”已经不在了。请重新发送。",
    "file_forbidden": "我没有权限打开“{name}”。请在这个对话里发送它。",
    "file_unreachable": "我没能及时取到“{name}”。请重新发送。",
    "file_binary": "“{name}”不是文本，我读不了。请把其中的内容以文字发送。",
    "file_cut": "“{name}”太长，我只读了开头的一部分。请发来最关键的内容。",
    "file_image": "我看不了图片，所以没有查看“{name}”。请用文字描述一下。",
    "files_too_many": "我一次最多读 {limit:,} 个文件，其余的没有读。请在另一条消息里发送。",
    "message_cut": "内容太长，我一次读不完，末尾的部分没有读。请另发一条消息补上。",
    "secret_hidden": "你的消息里有看起来像密钥的内容（{kinds}）。我已对模型和我的记忆隐藏它；"
    "如果是真的，请尽快更换。",
    # Memory and threads
    "reset_done": "好了，这里说过的内容我都忘了。",
    "reset_nothing": "这里没有我记住的内容。",
    "left_thread": "在有人提到我之前，我会在这里保持安静。",
    # Buttons and commands
    "button_stop": "停止",
    "button_regenerate": "重新回答",
    "button_try_again": "再试一次",
    "feedback_positive": "这个回答有帮助",
    "feedback_negative": "这个回答没有帮助",
    "press_again": "我暂时无法读写记忆，所以什么都没有发生。请过一分钟再点一次。",
    "press_unsure": "我的记忆没有及时响应，所以不知道刚才有没有成功。"
    "如果一分钟内没有变化，请再点一次。",
    "too_late_to_press": "这个按钮已经太旧了。请再问一次。",
    "not_yours_to_stop": "只有提问的人才能停止这个回答。",
    "nothing_to_stop": "没有可以停止的回答，它已经结束了。",
    "not_yours_to_rate": "只有提问的人可以评价这个回答。",
    "not_yours_to_repeat": "只有提问的人才能要求重新回答。",
    "nothing_to_repeat": "我已经不知道原来的问题，无法重新回答。请再问一次。",
    "feedback_thanks": "谢谢，已记下。",
    "empty_question": "想知道什么？请写在 {mention} 后面。",
    "unknown_command": "我不认识这个命令。可用的有：",
    "empty_command": "想知道什么？请写在命令后面：`{command} ask 东京现在几点？`",
    "answer_follows": "正在思考… 回答会出现在这个频道里。",
    "asks": "{name} 问：",
    "not_a_member": "我不是这里的成员，只能这样回答。用 `/invite {mention}` 邀请我，"
    "我就能在讨论串里回答。",
    "answer_goes_on": "回答的其余部分在私信里。",
    "perhaps_told": "Slack 没有确认这段内容是否已出现在你提问的地方，所以在这里给你。",
    "file_not_sent": "有一个属于这个回答的文件没能发出来。请再要一次。",
    "file_doubtful": "Discord 没有说明“{name}”是否已经发到这里。如果没有看到，请再要一次。",
    "file_too_large_to_send": "“{name}”超过了我在这里能发送的 {limit}。请只要其中的一部分。",
    "place_archived": "我没能在 {channel} 里回答你：这个频道已归档。"
    "请在别的频道问我，或者直接在这里问。",
    "place_not_member": "我没能在 {channel} 里回答你：我不是那里的成员。"
    "在频道里用 `/invite {mention}` 邀请我，或者直接在这里问。",
    "place_not_allowed": "我没能在 {channel} 里回答你：我不能在那里发言。"
    "管理这个频道的人可以更改，或者直接在这里问我。",
    "operator_place_closed": "我没能在 {channel} 里回答（工作区 `{team}`）：Slack 返回 `{reason}`。"
    "提问的人会收到私信。一小时内同样的事我只说一次。",
    "left_channel": "好了。你在这里问过我的讨论串，在有人提到我之前我都保持安静。"
    "想让我离开某一个讨论串，请在里面写“{mention} 离开”。",
    "left_nothing": "你在这里的讨论串，我都没有在跟进。想让我离开别的讨论串，"
    "请在里面写“{mention} 离开”。",
    "cannot_leave": "在私信里我总会回答。`{command} reset` 让我忘记这里说过的内容。",
    # Greeting and help
    "hello": """\
你好，我是 Parley。

- **想问我**，请提到 {mention}。我会在你那条消息的讨论串里回答，在那里继续说时不必再提到我。
- **想让我停下**，请按回答下面的“停止”，或者在讨论串里写“{mention} 离开”。
- **我会记得**我参与的讨论串里说过的话，讨论串安静 {remembered}后就忘记。

`{command} help` 有更多说明。""",
    "help_ask": """\
**怎样提问：**在频道里提到 {mention}，或者直接给我发消息。我会在讨论串里回答，\
在那里继续说时不必再提到我。我知道各地的天气和时间，也能读文本文件。\
在任何消息的菜单里选“Ask Parley about this”，可以就那条消息问我；\
选“Review this code”，我就审查其中的代码。""",
    "help_commands": """\
**命令**，在频道或私信里都可以用：
- `{command} ask` 加上问题：我在那里回答，所有人都能看到。
- `{command} ask private` 加上问题：只有你看得到回答。
- `{command} review` 加上代码或合并请求的链接：我在那里审查。
- `{command} reset`：我忘记你我在那里说过的内容。
- `{command} leave`：你在那里的讨论串，在有人提到我之前我保持安静。只离开一个讨论串，\
请在里面写“{mention} 离开”。
- `{command} help`：显示这份说明。""",
    "help_changes": """\
**改变主意：**按“停止”可结束回答。修改或删除你的消息，我会跟着更新。""",
    "help_memory": """\
**我记得什么：**我参与的讨论串里说过的话，讨论串安静 {remembered}后就忘记。""",
    # The dialog about a message
    "dialog_title": "就这条消息问 Parley",
    "dialog_submit": "提问",
    "dialog_close": "取消",
    "dialog_about": "关于这条消息：",
    "dialog_about_whose": "关于 {author} 的这条消息：",
    "dialog_no_text": "（没有文字的消息）",
    "dialog_question": "想知道什么？",
    "dialog_default": "解释一下",
    "dialog_audience": "谁能看到回答？",
    "dialog_public": "所有人，在这条消息的讨论串里",
    "dialog_private": "只有我",
    "dialog_empty": "请写下问题。",
    "dialog_lost": "我已经不知道这是关于哪条消息了。请重新打开这个窗口。",
    "dialog_not_opened": "窗口没能及时打开。如果没有看到它，请在这条消息的菜单里再选一次。",
    # Discord: what its commands are called and say of themselves
    "command_ask": "提问",
    "command_ask_about": "问我任何问题，我可以查询天气和时间",
    "command_weather": "天气",
    "command_weather_about": "各地的天气：现在，以及最多七天",
    "command_time": "时间",
    "command_time_about": "一个或几个地方现在几点",
    "command_review": "审查",
    "command_review_about": "审查代码：粘贴的、文件里的，或链接里的",
    "command_reset": "重置",
    "command_reset_about": "让我忘记这里说过的内容",
    "command_leave": "离开",
    "command_leave_about": "在有人提到我之前，让我在这里保持安静",
    "command_help": "帮助",
    "command_help_about": "我能做什么，会记住什么",
    "menu_ask": "就这条消息问 Parley",
    "menu_review": "审查这段代码",
    "option_question": "问题",
    "option_question_about": "你想知道什么",
    "option_attachment": "附件",
    "option_attachment_about": "相关的文件：文本、代码或图片",
    "option_private": "私密",
    "option_private_about": "只有你能看到回答",
    "option_place": "地点",
    "option_place_about": "城市或乡镇，如有同名请加上国家",
    "option_unit": "单位",
    "option_unit_about": "温度的单位；不选则按当地习惯",
    "option_days": "天数",
    "option_days_about": "预报几天；1 表示今天",
    "option_places": "地点",
    "option_places_about": "城市或乡镇，用逗号隔开",
    "option_text": "文字",
    "option_text_about": "代码，或者要看的内容",
    "option_link": "链接",
    "option_link_about": "文件或拉取请求的地址",
    # Discord: what else is said only there
    "discord_hello": """\
你好，我是 Parley。

- **想问我**，请提到 {mention}，或者用 `/提问`。提到我时，我会在讨论串里回答，\
在那里继续说时不必再提到我。
- **想让我停下**，请按回答下面的“停止”。在讨论串里用 `/离开`，我就离开那里。
- **我会记得**我参与的讨论串里说过的话，讨论串安静 {remembered}后就忘记。

`/帮助` 有更多说明。""",
    "discord_hello_blind": "我只看得到提到我的消息，所以在讨论串里也请提到我，或者回复我的消息。",
    "discord_help_ask": """\
**怎样提问：**在频道里提到 {mention}，用 `/提问`，或者直接给我发私信。提到我时，\
我会在讨论串里回答，在那里继续说时不必再提到我。回复我的消息也可以。我知道各地的天气和时间，也能读文本文件。\
在任何消息的菜单里，在“应用”下选“就这条消息问 Parley”，可以就那条消息问我；\
选“审查这段代码”，我就审查其中的代码。""",
    "discord_help_commands": """\
**命令：**
- `/提问`（`/ask`）：任何问题，也可以附上文件；选 `私密` 就只有你看得到回答。
- `/天气`（`/weather`）和`/时间`（`/time`）：各地的天气或时间。
- `/审查`（`/review`）：你粘贴、附上或给出链接的代码。
- `/重置`（`/reset`）：我忘记这里说过的内容：在频道里是你的那部分，在讨论串或私信里是全部。
- `/离开`（`/leave`）：在这个讨论串里，或者在你于这个频道的讨论串里，有人提到我之前我保持安静。
- `/帮助`（`/help`）：这份说明。""",
    "discord_left_channel": "好了。你在这里问过我的讨论串，在有人提到我之前我都保持安静。",
    "discord_left_nothing": "你在这里的讨论串，我都没有在跟进。想让我离开别的讨论串，"
    "请在里面用 `/离开`。",
    "discord_cannot_leave": "在私信里我总会回答。`/重置` 让我忘记这里说过的内容。",
    "discord_nothing_to_review": "要我看什么？请给 `/审查` 一段文字、一个文件或一个链接。",
    "discord_no_place": "哪个地方？请在命令后面写上城市或乡镇。",
    "discord_command_changed": "这个命令已经更改。"
    "请一分钟后再试；如果一直这样，请重新启动 Discord。",
    "discord_dialog_public": "这个频道里的所有人",
    "discord_place_gone": "你提问的频道或讨论串已经不在了，我没法在那里回答。"
    "请在别处问我，或者就在这里问。",
    "discord_place_locked": "我没能在 {channel} 回答你：那个讨论串已经锁定。请在别的讨论串问我，"
    "或者就在这里问。",
    "discord_place_moderated": "我没能在 {channel} 回答你：服务器的自动审核拦下了我的回答。"
    "请就在这里问我。",
    "discord_operator_closed": "我没能在 {channel}（服务器 `{server}`）回答：Discord 返回 "
    "`{reason}`。提问的人会在私信里得到通知。一小时内同样的情况我只说一次。",
    "discord_rest_in_file": "内容太长，这里的消息放不下；全部内容都在文件里。",
    # The pane of the assistant
    "prompts_title": "我能帮你做什么？",
    "prompt_weather": "我这里的天气",
    "prompt_weather_text": "这里今天和明天的天气怎么样？",
    "prompt_time": "别处的时间",
    "prompt_time_text": "这里的下午三点，在纽约、柏林和东京是几点？",
    "prompt_abilities": "你能做什么？",
    "prompt_abilities_text": "你能帮我做什么，会记住什么？",
    "prompt_channel": "起草发到 #{channel} 的消息",
    "prompt_channel_text": "帮我写一条发到 #{channel} 的消息：先问我要说什么。",
    "prompt_draft": "起草一条消息",
    "prompt_draft_text": "帮我给团队写一条消息：先问我要说什么。",
    # The App Home
    "home_title": "你好，我是 Parley",
    "home_settings": "你的设置",
    "home_language": "*语言*\n我的说明、按钮和提示用的语言。回答用提问的语言。",
    "home_language_auto": "与 Slack 一致",
    "home_units": "*温度*\n用在天气的回答里。",
    "home_units_auto": "按当地习惯",
    "home_celsius": "摄氏度（°C）",
    "home_fahrenheit": "华氏度（°F）",
    "home_answers": "*对* `{command} ask` *的回答*\n"
    "只改一个问题的话，在它前面写 `private` 或 `--public`。",
    "home_answers_public": "所有人都能看到",
    "home_answers_private": "只有你能看到",
    "home_memory": "我记得什么",
    "home_memory_text": "我参与的讨论串里说过的话，讨论串安静 {remembered}后就忘记。"
    "你可以让我立刻忘记你在任何地方对我说过的话。",
    "home_forget": "忘记我说过的话",
    "home_forget_title": "要忘记你说过的话吗？",
    "home_forget_confirm": "我会忘记你在所有频道和私信里对我说过的话，以及只有你看到的回答。"
    "别人说过的话和你的设置会保留。这一步无法撤销。",
    "home_forget_yes": "忘记",
    "home_forget_no": "保留",
    "home_forgotten": "好了，你对我说过的话我都忘了。",
    # While people install the bot in their workspace
    "install_done": "我已经加入 {team}。请把我邀请到频道里并提及我，或者直接给我发私信。",
    "install_refused": "Slack 没有得到授权，因此什么都没有安装。你可以随时重新开始。",
    "install_expired": "这个页面已经用过、超过了十分钟，或是从另一个浏览器开始的。"
    "什么都没有安装，请重新开始。",
    "install_failed": "安装没有完成，什么都没有安装。请重新开始；如果再次发生，请告诉管理我的人。",
    "install_organisation": "我可以安装到单个工作区，但不能一次安装到整个组织。"
    "请重新开始，并选择一个工作区。",
    "install_again": "重新开始",
    "install_open": "打开 Slack",
    # Without a language model
    "offline_what_i_am": "我现在没有接语言模型，无法对话。"
    "可用的是：天气、时间，以及代码的静态检查。",
    "offline_how_to_change": "想要完整的我，请设置 `OPENAI_API_KEY` 后重新启动。",
}
