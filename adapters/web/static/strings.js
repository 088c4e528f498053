// Every word that the page itself says, in three languages: [English, 简体中文， 繁體中文].

const WORDS = {
  playground: ["Playground", "演练场", "遊樂場"],
  channels: ["Channels", "频道", "頻道"],
  direct: ["Direct messages", "私信", "私訊"],
  people: ["You are", "你现在是", "你現在是"],
  "people.hint": ["Pick somebody else to see the channel through their eyes.", "换个人，从他们的视角看频道。", "換個人，從他們的視角看頻道。"],
  you: ["you", "你", "你"],
  bot: ["bot", "机器人", "機器人"],
  "nav": ["Channels and people", "频道与成员", "頻道與成員"],
  "nav.open": ["Open the sidebar", "打开侧栏", "開啟側欄"],
  "nav.close": ["Close the sidebar", "关闭侧栏", "關閉側欄"],
  "theme.dark": ["Switch to dark", "切换到深色", "切換到深色"],
  "theme.light": ["Switch to light", "切换到浅色", "切換到淺色"],
  "sign.out": ["Sign out", "退出登录", "登出"],
  unread: ["{n} new", "{n} 条新消息", "{n} 則新訊息"],
  "direct.topic": ["Just write: everything here is for Parley.", "直接写就行：这里的内容都会发给 Parley。", "直接寫就行：這裡的內容都會發給 Parley。"],
  "timeline.channel": ["Conversation in {name}", "{name} 中的对话", "{name} 中的對話"],
  "timeline.thread": ["Thread replies", "话题回复", "討論串回覆"],
  today: ["Today", "今天", "今天"],
  yesterday: ["Yesterday", "昨天", "昨天"],
  edited: ["(edited)", "（已编辑）", "（已編輯）"],
  deleted: ["This message was deleted.", "这条消息已被删除。", "這則訊息已被刪除。"],
  "replies.one": ["1 reply", "1 条回复", "1 則回覆"],
  replies: ["{n} replies", "{n} 条回复", "{n} 則回覆"],
  "last.reply": ["Last reply {time}", "最后回复 {time}", "最後回覆 {time}"],
  thread: ["Thread", "话题", "討論串"],
  "thread.close": ["Close thread", "关闭话题", "關閉討論串"],
  "thread.start": ["Open thread", "打开话题", "開啟討論串"],
  "actions.more": ["More actions", "更多操作", "更多操作"],
  edit: ["Edit message", "编辑消息", "編輯訊息"],
  "edit.save": ["Save", "保存", "儲存"],
  "edit.hint": ["Enter saves, Esc cancels", "Enter 保存，Esc 取消", "Enter 儲存，Esc 取消"],
  cancel: ["Cancel", "取消", "取消"],
  delete: ["Delete message", "删除消息", "刪除訊息"],
  "delete.sure": ["Delete this message?", "删除这条消息？", "刪除這則訊息？"],
  "delete.lead": ["It disappears for everybody, with its files, and Parley forgets it.", "消息及其附件会对所有人消失，Parley 也会忘记它。", "訊息及其附件會對所有人消失，Parley 也會忘記它。"],
  "delete.yes": ["Delete", "删除", "刪除"],
  copy: ["Copy", "复制", "複製"],
  copied: ["Copied", "已复制", "已複製"],
  "copy.failed": ["Not copied", "未能复制", "未能複製"],
  "copy.answer": ["Copy answer", "复制回答", "複製回答"],
  "code.copy": ["Copy code", "复制代码", "複製程式碼"],
  "code.plain": ["text", "文本", "文字"],
  table: ["Table", "表格", "表格"],
  image: ["Image", "图片", "圖片"],
  "task.done": ["Done", "已完成", "已完成"],
  "task.open": ["Not done", "未完成", "未完成"],
  good: ["👍 Good answer", "👍 回答得好", "👍 回答得好"],
  bad: ["👎 Bad answer", "👎 回答得不好", "👎 回答得不好"],
  again: ["Regenerate", "重新生成", "重新產生"],
  thinking: ["Parley is thinking…", "Parley 正在思考…", "Parley 正在思考…"],
  answering: ["Parley is answering…", "Parley 正在回答…", "Parley 正在回答…"],
  stop: ["Stop", "停止", "停止"],
  stopping: ["Stopping…", "正在停止…", "正在停止…"],
  stopped: ["Stopped here.", "已在此停止。", "已在此停止。"],
  "tool.running": ["running", "进行中", "進行中"],
  "tool.ok": ["done", "完成", "完成"],
  "tool.failed": ["failed", "失败", "失敗"],
  answered: ["Parley answered: {text}", "Parley 回答：{text}", "Parley 回答：{text}"],
  "box.channel": ["Message {name}", "发消息到 {name}", "傳訊息到 {name}"],
  "box.thread": ["Reply in thread", "在话题中回复", "在討論串中回覆"],
  send: ["Send", "发送", "傳送"],
  attach: ["Attach a text file", "附上文本文件", "附上文字檔"],
  "mention.insert": ["Mention somebody", "提及某人", "提及某人"],
  "hint.send": ["Enter sends, Shift+Enter starts a new line", "Enter 发送，Shift+Enter 换行", "Enter 傳送，Shift+Enter 換行"],
  suggestions: ["Suggestions", "建议", "建議"],
  "file.remove": ["Remove {name}", "移除 {name}", "移除 {name}"],
  "file.drop": ["Drop it here to attach it", "拖放到这里即可附上", "拖放到這裡即可附上"],
  "file.large": ["{name} has {size}; up to {most} fit here. Attach the part that matters.", "{name} 有 {size}，这里最多 {most}。请只附上重要的部分。", "{name} 有 {size}，這裡最多 {most}。請只附上重要的部分。"],
  "file.many": ["At most {most} files fit on one message.", "一条消息最多可附 {most} 个文件。", "一則訊息最多可附 {most} 個檔案。"],
  "file.failed": ["{name} could not be attached. Try again.", "{name} 未能附上，请重试。", "{name} 未能附上，請重試。"],
  "file.uploading": ["attaching…", "正在附上…", "正在附上…"],
  "text.long": ["{length} of {most} characters. Attach the long part as a file.", "{length} / {most} 个字符。请把较长的内容作为文件附上。", "{length} / {most} 個字元。請把較長的內容作為檔案附上。"],
  sending: ["Sending…", "正在发送…", "正在傳送…"],
  unsent: ["Not sent yet. It is sent as soon as the server is back.", "尚未发送。服务器恢复后会立即发送。", "尚未傳送。伺服器恢復後會立即傳送。"],
  refused: ["Not sent: {reason}", "未发送：{reason}", "未傳送：{reason}"],
  retry: ["Try again", "重试", "重試"],
  discard: ["Discard", "放弃", "放棄"],
  failed: ["That did not work. Try again in a moment.", "操作未成功，请稍后再试。", "操作未成功，請稍後再試。"],
  offline: ["The server cannot be reached. What you write is kept and sent when it is back.", "无法连接服务器。你写的内容会保留，恢复后发送。", "無法連接伺服器。你寫的內容會保留，恢復後傳送。"],
  online: ["Connected again.", "已重新连接。", "已重新連接。"],
  "only.you": ["Only visible to you", "仅你可见", "僅你可見"],
  dismiss: ["Dismiss", "关闭", "關閉"],
  latest: ["Jump to the latest", "跳到最新", "跳到最新"],
  loading: ["Loading…", "加载中…", "載入中…"],
  "empty.channel": ["This is the very beginning of {name}", "这是 {name} 的开始", "這是 {name} 的開始"],
  "empty.channel.lead": ["Write something, or mention @parley and watch the answer grow in a thread.", "写点什么，或提及 @parley，看回答在话题中展开。", "寫點什麼，或提及 @parley，看回答在討論串中展開。"],
  "empty.direct": ["You and Parley", "你和 Parley", "你和 Parley"],
  "empty.direct.lead": ["Ask anything here; there is no need to mention it.", "在这里随便问，无需提及。", "在這裡隨便問，無需提及。"],
  "empty.try": ["Try one of these", "试试这些", "試試這些"],
  "try.weather": ["what's the weather in Beijing, and what time is it there?", "北京现在天气怎么样，那里几点了？", "北京現在天氣怎麼樣，那裡幾點了？"],
  "try.time": ["what is 3 pm in Tokyo in Berlin?", "东京下午 3 点是柏林几点？", "東京下午 3 點是柏林幾點？"],
  "try.days": ["will it rain in Lisbon this week?", "里斯本这周会下雨吗？", "里斯本這週會下雨嗎？"],
  "command.help": ["What Parley can do", "Parley 能做什么", "Parley 能做什麼"],
  "command.reset": ["Forget this conversation", "忘记这段对话", "忘記這段對話"],
  "command.leave": ["Stop following this thread", "不再关注这个话题", "不再關注這個討論串"],
  "login.title": ["Parley playground", "Parley 演练场", "Parley 遊樂場"],
  "login.lead": ["This playground can be reached by others, so it asks for its password. Whoever started Parley knows it.", "其他人可以访问这个演练场，因此需要密码。启动 Parley 的人知道密码。", "其他人可以存取這個遊樂場，因此需要密碼。啟動 Parley 的人知道密碼。"],
  "login.password": ["Password", "密码", "密碼"],
  "login.enter": ["Come in", "进入", "進入"],
};

// Chooses as the server does (bot/wording): by the script where it is named, else by the region.
export function languageOf(tag) {
  const tags = tag.toLowerCase().split(/[-_.@]/);
  if (!["zh", "cmn", "yue"].includes(tags[0])) return "en";
  if (tags.includes("hans")) return "zh-Hans";
  if (["hant", "tw", "hk", "mo"].some((one) => tags.includes(one))) return "zh-Hant";
  return tags[0] === "yue" && !tags.includes("cn") ? "zh-Hant" : "zh-Hans";
}

const spoken = languageOf(navigator.language || "en");
const column = ["en", "zh-Hans", "zh-Hant"].indexOf(spoken);

// For dates: who is spoken to in English may still write them in another way.
export const language = spoken === "en" ? navigator.language || "en" : spoken;

export function t(key, values = {}) {
  return WORDS[key][column].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function replies(n) {
  return n === 1 ? t("replies.one") : t("replies", { n });
}
