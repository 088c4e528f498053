"""The bot's sentences in English: short, kind, what happened and what to do next."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    # Lengths of time
    "seconds": "{count:second|seconds}",
    "minutes": "{count:minute|minutes}",
    "hours": "{count:hour|hours}",
    "days": "{count:day|days}",
    # While an answer is on its way
    "thinking": "Thinking…",
    "waiting_retry": "The model is not answering yet. I am trying again…",
    # How an answer ends
    "stopped": "Stopped.",
    "length_reached": "This is as long as one answer can get. Ask me to go on.",
    "rounds_exhausted": "I have looked things up as often as one question allows; "
    "this is how far I got. Ask again for the rest.",
    "broke_off": "The answer broke off here. Please ask again.",
    "no_answer": "The model gave an empty answer. Please ask again, perhaps in other words.",
    # Why there is no answer
    "model_unreachable": "I could not reach the language model. Please try again in a minute; "
    "if it stays like this, tell the people who run me.",
    "model_busy": "The language model has too much to do right now. Please ask again in {wait}.",
    "model_rejected": "The language model's service turned me away. Please tell the people who run "
    "me: asking again helps only once they have looked at my settings.",
    "model_silent": "The language model has said nothing for too long, so I gave up. "
    "Please ask again.",
    "model_refused": "The model's content filter will not answer this. "
    "Asking in other words may help.",
    "context_too_long": "This is more than the model can read at once. "
    "Please start a new thread, or send less text.",
    "words_refused": "This place did not take my answer: something in its words is refused here, "
    "perhaps a link. Please ask me to put it differently.",
    "interrupted_again": "I was interrupted every time I tried to answer this, so I have set it "
    "aside. Please ask again; if it happens once more, tell the people who run me.",
    "internal_error": "Something went wrong on my side. Please ask again; if it happens once more, "
    "give the people who run me this number: {id}",
    "store_unavailable": "I cannot store messages right now, so I did not take this one. "
    "Please send it again in a minute.",
    "store_unsure": "My memory does not answer in time, so I cannot tell whether I took this one. "
    "If nothing comes of it within a minute, please send it again.",
    "not_ready": "I am just starting and not ready yet, so I did not take this one. "
    "Please send it again in a minute.",
    # Limits
    "too_much_at_once": "That is too much at once: {count:message is|messages are} already "
    "waiting here. Please wait for my answer, then send the rest again.",
    "turns_limit": "You have used up your questions for this hour. "
    "Please ask again in {minutes:minute|minutes}.",
    "tokens_limit": "You have used up your allowance for today. "
    "Please ask again in {hours:hour|hours}.",
    "channel_not_allowed": "I may not answer in this channel. Ask me in another one, "
    "or ask the people who run me to allow it.",
    # Files
    "file_too_large": "“{name}” is larger than the {limit} that I can read. "
    "Please send a smaller file, or paste the part that matters.",
    "file_gone": "“{name}” is no longer there. Please send it again.",
    "file_forbidden": "I am not allowed to open “{name}”. Please send it in this conversation.",
    "file_unreachable": "I could not fetch “{name}” in time. Please send it again.",
    "file_binary": "“{name}” is not text, so I could not read it. "
    "Please send what it says as text.",
    "file_cut": "I read only the first part of “{name}”: it is longer than I can take in at once. "
    "Please send the part that matters.",
    "file_image": "I cannot see images, so I did not look at “{name}”. Please describe it.",
    "files_too_many": "I read at most {limit:file|files} at once and left the others out. "
    "Please send them in another message.",
    "message_cut": "That was more than I can read at once, so I left out the end. "
    "Please send the rest in another message.",
    "secret_hidden": "Your message holds what looks like a secret ({kinds}). I have hidden it from "
    "the model and from my memory; if it is real, please replace it.",
    # Memory and threads
    "reset_done": "Done. I have forgotten what was said here.",
    "reset_nothing": "There is nothing here that I remember.",
    "left_thread": "I will stay quiet here until someone mentions me.",
    # Buttons and commands
    "button_stop": "Stop",
    "button_regenerate": "Regenerate",
    "button_try_again": "Try again",
    "feedback_positive": "This answer helps",
    "feedback_negative": "This answer does not help",
    "press_again": "I cannot reach my memory right now, so nothing has happened. "
    "Please press again in a minute.",
    "press_unsure": "My memory does not answer in time, so I cannot tell whether that worked. "
    "If nothing changes within a minute, please press again.",
    "too_late_to_press": "This button is too old for me. Please ask once more.",
    "not_yours_to_stop": "Only those who asked can stop this answer.",
    "nothing_to_stop": "There is no answer to stop; it has already ended.",
    "not_yours_to_rate": "Only those who asked can rate this answer.",
    "not_yours_to_repeat": "Only those who asked can have this answered again.",
    "nothing_to_repeat": "I no longer know the question, so I cannot answer it again. "
    "Please ask once more.",
    "feedback_thanks": "Thank you, noted.",
    "empty_question": "What would you like to know? Write it right after {mention}.",
    "unknown_command": "I do not know that command. This is what there is:",
    "empty_command": "What would you like to know? Write it after the command: "
    "`{command} ask What time is it in Tokyo?`",
    "answer_follows": "Thinking… My answer will appear in this channel.",
    "asks": "{name} asks: ",
    "not_a_member": "I am not a member here, so I can only answer this way. "
    "`/invite {mention}` lets me answer in threads.",
    "answer_goes_on": "My answer goes on in a direct message.",
    "perhaps_told": "Slack did not say whether this arrived where you asked, so here it is.",
    "file_not_sent": "A file that belongs to this answer could not be added. "
    "Please ask for it once more.",
    "file_doubtful": "Discord did not say whether “{name}” has arrived here. If you do not see it, "
    "please ask for it once more.",
    "file_too_large_to_send": "“{name}” is larger than the {limit} that I may send here. "
    "Please ask me for a part of it.",
    "place_archived": "I could not answer you in {channel}: it is archived. "
    "Please ask me in another channel, or right here.",
    "place_not_member": "I could not answer you in {channel}: I am not a member there. "
    "`/invite {mention}` in the channel lets me answer, or ask me right here.",
    "place_not_allowed": "I could not answer you in {channel}: I am not allowed to write there. "
    "Someone who "
    "runs the channel can change that, or ask me right here.",
    "operator_place_closed": "I could not answer in {channel} (workspace `{team}`): Slack says "
    "`{reason}`. "
    "Who asked there is told in a direct message. For an hour I say this only once.",
    "left_channel": "Done. In the threads here in which you asked me something I stay quiet until "
    "someone mentions me. To send me out of one thread, write “{mention} leave” in it.",
    "left_nothing": "I am not in any of your threads here. To send me out of another one, "
    "write “{mention} leave” in it.",
    "cannot_leave": "In a direct message I always answer. `{command} reset` makes me forget what "
    "was said here.",
    # Greeting and help
    "hello": """\
Hello, I am Parley.

- **To ask me something**, mention {mention}. I answer in the thread of your message, where you \
can go on without mentioning me.
- **To stop me**, press *Stop* under the answer, or write “{mention} leave” in the thread.
- **I remember** what is said in the threads that I am part of, until they have been quiet for \
{remembered}.

`{command} help` says more.""",
    "help_ask": """\
**How to ask:** mention {mention} in a channel, or write to me directly. I answer in the thread, \
where you can go on without mentioning me. I know the weather and the time anywhere, and I read \
text files. In the menu of any message, *Ask Parley about this* asks me about that message, and \
*Review this code* has me review the code in it.""",
    "help_commands": """\
**Commands**, in a channel or a direct message:
- `{command} ask` and a question: I answer there, for everybody.
- `{command} ask private` and a question: only you see the answer.
- `{command} review` and code or a link to a pull request: I review it there.
- `{command} reset`: I forget what you and I said there.
- `{command} leave`: I stay quiet in your threads there until someone mentions me. \
In a single thread, write “{mention} leave”.
- `{command} help`: I show this help.""",
    "help_changes": """\
**Change your mind:** press *Stop* to end an answer. Edit or delete your message, and I follow.""",
    "help_memory": """\
**What I remember:** what is said in the threads that I am part of, until they have been quiet for \
{remembered}.""",
    # The dialog about a message
    "dialog_title": "Ask Parley about this",
    "dialog_submit": "Ask",
    "dialog_close": "Cancel",
    "dialog_about": "About this message:",
    "dialog_about_whose": "About this message from {author}:",
    "dialog_no_text": "(a message without text)",
    "dialog_question": "What would you like to know?",
    "dialog_default": "Explain this",
    "dialog_audience": "Who sees the answer?",
    "dialog_public": "Everybody, in the message's thread",
    "dialog_private": "Only me",
    "dialog_empty": "Please write a question.",
    "dialog_lost": "I no longer know which message this is about. Please open the dialog again.",
    "dialog_not_opened": "The dialog could not be opened in time. If you do not see it, please "
    "choose it "
    "from the message's menu again.",
    # Discord: what its commands are called and say of themselves
    "command_ask": "ask",
    "command_ask_about": "Ask me anything; I can look up the weather and the time",
    "command_weather": "weather",
    "command_weather_about": "The weather anywhere, now and for up to seven days",
    "command_time": "time",
    "command_time_about": "What time it is in one place or several",
    "command_review": "review",
    "command_review_about": "Have code reviewed: pasted, in a file, or behind a link",
    "command_reset": "reset",
    "command_reset_about": "Let me forget what was said here",
    "command_leave": "leave",
    "command_leave_about": "Let me stay quiet here until someone mentions me",
    "command_help": "help",
    "command_help_about": "What I can do, and what I remember",
    "menu_ask": "Ask Parley about this",
    "menu_review": "Review this code",
    "option_question": "question",
    "option_question_about": "What you would like to know",
    "option_attachment": "attachment",
    "option_attachment_about": "A file that belongs to it: text, code, an image",
    "option_private": "private",
    "option_private_about": "Only you see the answer",
    "option_place": "place",
    "option_place_about": "A city or town, with its country if there are several",
    "option_unit": "unit",
    "option_unit_about": "The scale of the temperatures; else the one that is usual there",
    "option_days": "days",
    "option_days_about": "How many days of forecast; 1 is today",
    "option_places": "places",
    "option_places_about": "Cities or towns, with commas between them",
    "option_text": "text",
    "option_text_about": "The code, or what to look at",
    "option_link": "link",
    "option_link_about": "The address of a file or a pull request",
    # Discord: what else is said only there
    "discord_hello": """\
Hello, I am Parley.

- **To ask me something**, mention {mention} or use `/ask`. I answer a mention in a thread, where \
you can go on without mentioning me.
- **To stop me**, press *Stop* under the answer. `/leave` in a thread sends me out of it.
- **I remember** what is said in the threads that I am part of, until they have been quiet for \
{remembered}.

`/help` says more.""",
    "discord_hello_blind": "I see only messages that mention me, so please mention me in threads, "
    "too, or reply to my messages.",
    "discord_help_ask": """\
**How to ask:** mention {mention} in a channel, use `/ask`, or write me a direct message. I answer \
a mention in a thread, where you can go on without mentioning me. Replying to one of my messages \
works, too. I know the weather and the time anywhere, and I read text files. In the menu of any \
message, under *Apps*, *Ask Parley about this* asks me about that message, and *Review this code* \
has me review the code in it.""",
    "discord_help_commands": """\
**Commands:**
- `/ask`: any question, with a file if you like; `private` lets only you see the answer.
- `/weather` and `/time`: the weather or the time, anywhere.
- `/review`: code that you paste, attach or link to.
- `/reset`: I forget what was said here: in a channel your part, in a thread or direct message all.
- `/leave`: I stay quiet in this thread, or in your threads of this channel, until someone \
mentions me.
- `/help`: this help.""",
    "discord_left_channel": "Done. In the threads here in which you asked me something I stay "
    "quiet until someone mentions me.",
    "discord_left_nothing": "I am not in any of your threads here. To send me out of another one, "
    "use `/leave` in it.",
    "discord_cannot_leave": "In a direct message I always answer. `/reset` makes me forget what "
    "was said here.",
    "discord_nothing_to_review": "What shall I look at? Give `/review` a text, a file or a link.",
    "discord_no_place": "Which place? Write a city or town after the command.",
    "discord_command_changed": "This command has changed. Please try again in a minute; if it "
    "stays like this, restart Discord.",
    "discord_dialog_public": "Everybody in this channel",
    "discord_place_gone": "The channel or thread in which you asked me is gone, and I could not "
    "answer there. Please ask me in another place, or right here.",
    "discord_place_locked": "I could not answer you in {channel}: the thread is locked. "
    "Please ask me in another one, or right here.",
    "discord_place_moderated": "I could not answer you in {channel}: this server's moderation held "
    "my answer back. Please ask me right here.",
    "discord_operator_closed": "I could not answer in {channel} (server `{server}`): Discord says "
    "`{reason}`. Who asked there is told in a direct message. For an hour I say this only once.",
    "discord_rest_in_file": "This is too long for messages here; all of it is in the file.",
    # The pane of the assistant
    "prompts_title": "What can I do for you?",
    "prompt_weather": "The weather where I am",
    "prompt_weather_text": "What is the weather here, today and tomorrow?",
    "prompt_time": "Times in other places",
    "prompt_time_text": "What is 3 pm here in New York, Berlin and Tokyo?",
    "prompt_abilities": "What can you do?",
    "prompt_abilities_text": "What can you do for me, and what do you remember?",
    "prompt_channel": "Draft a message to #{channel}",
    "prompt_channel_text": "Help me write a message to #{channel}: ask me what it is about first.",
    "prompt_draft": "Draft a message",
    "prompt_draft_text": "Help me write a message to my team: ask me what it is about first.",
    # The App Home
    "home_title": "Hello, I am Parley",
    "home_settings": "Your settings",
    "home_language": "*Language*\nOf my help, buttons and notices. I answer in the language of the "
    "question.",
    "home_language_auto": "As in Slack",
    "home_units": "*Temperatures*\nWhen I tell you about the weather.",
    "home_units_auto": "As usual at the place",
    "home_celsius": "Celsius (°C)",
    "home_fahrenheit": "Fahrenheit (°F)",
    "home_answers": "*Answers to* `{command} ask`\nFor one question, "
    "write `private` or `--public` before it.",
    "home_answers_public": "Visible to everybody",
    "home_answers_private": "Only visible to you",
    "home_memory": "What I remember",
    "home_memory_text": "What is said in the threads that I am part of, until they have been quiet "
    "for {remembered}. You can have me forget what you said to me, everywhere and at once.",
    "home_forget": "Forget what I said",
    "home_forget_title": "Forget what you said?",
    "home_forget_confirm": "I will forget what you said to me in every channel and in our direct "
    "messages, and the answers that only you saw. What others said stays, and so do your settings. "
    "This cannot be undone.",
    "home_forget_yes": "Forget it",
    "home_forget_no": "Keep it",
    "home_forgotten": "Done. I have forgotten what you said to me.",
    # While people install the bot in their workspace
    "install_done": "I am in {team} now. Invite me to a channel and mention me, or write me a "
    "direct message.",
    "install_refused": "Slack was not given permission, so nothing was installed. You can start "
    "again at any time.",
    "install_expired": "This page has been used before, is older than ten minutes, or was begun in "
    "another browser. Nothing was installed; please start again.",
    "install_failed": "The installation could not be completed, so nothing was installed. Please "
    "start again; if it happens once more, tell the people who run me.",
    "install_organisation": "I can be installed in single workspaces, not in a whole organisation "
    "at once. Please start again and choose a workspace.",
    "install_again": "Start again",
    "install_open": "Open Slack",
    # Without a language model
    "offline_what_i_am": "I am running without a language model, so I cannot hold a conversation. "
    "What works: the weather, the time, and static checks of code.",
    "offline_how_to_change": "To get the whole of me, set `OPENAI_API_KEY` and start me again.",
}
