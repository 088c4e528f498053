"""How `slack_preview` looks: about as Slack's own client in its light theme."""

STYLE = """
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.46668 Lato, "Liberation Sans",
  "Noto Sans CJK SC", sans-serif; }
.thread { width: 680px; padding: 14px 20px 20px; }
.message { display: flex; gap: 10px; padding: 8px 0; }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; color: #fff; font-weight: 700;
  display: grid; place-items: center; }
.who { font-weight: 900; }
.app { background: #e8e8e8; color: #616061; border-radius: 2px; font-size: 10px; font-weight: 700;
  padding: 1px 3px; vertical-align: 2px; margin-left: 4px; }
.at { color: #616061; font-size: 12px; margin-left: 8px; }
.body { min-width: 0; flex: 1; }
.body p { margin: 0; white-space: pre-wrap; }
h3 { font-size: 18px; line-height: 1.33; font-weight: 900; margin: 8px 0 4px; }
hr { border: 0; border-top: 1px solid #ddd; margin: 10px 0; }
ul, ol { margin: 0; padding-left: 28px; }
ul { list-style: disc; } ul.d1 { list-style: circle; } ul.d2 { list-style: square; }
.d1 { margin-left: 28px; } .d2 { margin-left: 56px; }
code { font: 12px/1.5 "DejaVu Sans Mono", monospace; color: #c01343; background: #f8f8f8;
  border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
pre { font: 12px/1.5 "DejaVu Sans Mono", monospace; background: #f8f8f8; border: 1px solid #ddd;
  border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; }
blockquote { border-left: 4px solid #ddd; border-radius: 2px; margin: 4px 0; padding-left: 12px;
  white-space: pre-wrap; }
a { color: #1264a3; text-decoration: none; }
table { border-collapse: separate; border-spacing: 0; border: 1px solid #ddd; border-radius: 8px;
  margin: 8px 0; }
td { border-right: 1px solid #ddd; border-bottom: 1px solid #ddd; padding: 6px 12px; }
tr:first-child td { font-weight: 700; background: #f8f8f8; }
td:last-child { border-right: 0; } tr:last-child td { border-bottom: 0; }
.row { display: flex; gap: 8px; margin-top: 8px; }
.thumbs { gap: 2px; color: #616061; margin-top: 4px; }
.thumbs span { padding: 2px 6px; font-size: 14px; }
.button { border: 1px solid #bbb; border-radius: 8px; padding: 4px 12px; font-size: 13px;
  font-weight: 700; }
.page { display: inline-flex; gap: 24px; align-items: flex-start; padding: 12px; }
.private { color: #616061; font-size: 13px; margin: 8px 0 -6px 46px; }
.mention { color: #1264a3; background: #e8f5fa; border-radius: 3px; padding: 0 2px; }
.view { width: 520px; border: 1px solid #ddd; border-radius: 8px; padding: 0 24px 20px; }
.view p { margin: 0; white-space: pre-wrap; }
.view h3 { margin: 16px 0 4px; }
.view .title { font-size: 18px; font-weight: 900; padding: 14px 0 8px; }
.home { width: 640px; }
.tabs { display: flex; gap: 20px; border-bottom: 1px solid #ddd; margin: 0 -24px;
  padding: 0 24px 6px; font-size: 13px; color: #616061; }
.tabs b { color: #1d1c1d; }
.section { display: flex; gap: 16px; margin: 8px 0; align-items: flex-start; }
.grow { flex: 1; min-width: 0; white-space: pre-wrap; }
.context { color: #616061; font-size: 12px; margin: 8px 0; }
.select { border: 1px solid #bbb; border-radius: 8px; padding: 4px 10px; font-size: 13px;
  font-weight: 700; min-width: 150px; }
.select::after { content: "⌄"; float: right; }
.input { margin: 14px 0; }
.label { font-weight: 700; margin-bottom: 4px; }
.field { border: 1px solid #bbb; border-radius: 4px; padding: 8px 12px; min-height: 66px; }
.hint { color: #8d8d8d; font-style: normal; }
.radio span { color: #1264a3; font-family: "DejaVu Sans"; }
.foot { display: flex; justify-content: flex-end; gap: 12px; margin-top: 20px; }
.button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
.foot .button.danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.row .button.danger { color: #e01e5a; border-color: #e01e5a; }
.dark { background: #1a1d21; color: #d1d2d3; border-radius: 12px; }
.dark .thread { width: 360px; }
.dark .app, .dark code, .dark pre { background: #222529; border-color: #3f4247; }
.dark .app, .dark .at, .dark .context, .dark .thumbs { color: #ababad; }
.dark code { color: #e8912d; }
.dark a { color: #1d9bd1; }
.dark hr { border-color: #35373b; }
.dark blockquote { border-color: #565856; }
.dark .button { border-color: #565856; }
.pane { width: 360px; padding-top: 16px; }
.prompt { border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px; margin-top: 8px; }
"""
