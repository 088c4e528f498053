"""How `discord_preview` looks: about as Discord's own client in its dark theme."""

STYLE = """
body { margin: 0; background: #1a1a1e; color: #dbdee1; font: 16px/1.375 "gg sans", "Noto Sans",
  "Liberation Sans", "Noto Sans CJK SC", "Noto Color Emoji", sans-serif; }
.page { display: inline-flex; align-items: stretch; background: #1a1a1e; }
.pane { width: 640px; padding: 0 16px 20px; border-right: 1px solid #2e2e34; }
.pane:last-child { border-right: 0; }
.bar { margin: 0 -16px 8px; padding: 12px 16px; border-bottom: 1px solid #2e2e34; font-weight: 600;
  color: #f2f3f5; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.bar i { color: #80848e; font-style: normal; font-weight: 400; padding-right: 6px; }
.message { padding: 4px 16px 4px 72px; margin: 12px -16px 0; position: relative; min-height: 40px; }
.message.private { background: #242640; box-shadow: inset 2px 0 #5865f2; padding-bottom: 6px; }
.message.mentions { background: #2b2721; box-shadow: inset 2px 0 #f0b232; }
.message.next { margin-top: 0; padding-top: 2px; min-height: 0; }
.face { position: absolute; left: 16px; width: 40px; height: 40px; border-radius: 50%; color: #fff;
  display: grid; place-items: center; font-weight: 600; font-size: 18px; }
.face.small { position: static; width: 16px; height: 16px; font-size: 9px; flex: none; }
.used { display: flex; align-items: center; gap: 5px; font-size: 14px; color: #b5bac1;
  margin-bottom: 4px; position: relative; }
.used::before { content: ""; position: absolute; left: -36px; top: 50%; width: 30px; height: 11px;
  border-left: 2px solid #4e5058; border-top: 2px solid #4e5058; border-radius: 6px 0 0 0; }
.used b { color: #f2f3f5; font-weight: 500; }
.used em { color: #c9cdfb; background: #3c4270; border-radius: 3px; padding: 0 3px;
  font-style: normal; }
.who { color: #f2f3f5; font-weight: 500; }
.app { background: #5865f2; color: #fff; border-radius: 4px; font-size: 10px; font-weight: 600;
  padding: 2px 4px; margin-left: 5px; vertical-align: 2px; }
.at { color: #949ba4; font-size: 12px; margin-left: 8px; }
.edited { color: #949ba4; font-size: 10px; }
.text { white-space: break-spaces; overflow-wrap: break-word; }
.text em { color: #c9cdfb; background: #3c4270; border-radius: 3px; padding: 0 2px;
  font-style: normal; font-weight: 500; }
.text time { background: #33343b; border-radius: 3px; padding: 0 2px; }
.text h1, .text h2, .text h3 { color: #f2f3f5; font-weight: 700; margin: 16px 0 8px; }
.text > :first-child:is(h1, h2, h3) { margin-top: 8px; }
.text h1 { font-size: 24px; } .text h2 { font-size: 20px; } .text h3 { font-size: 16px; }
.text small { display: block; font-size: 13px; color: #949ba4; }
.text ul, .text ol { margin: 4px 0 0 16px; padding: 0; white-space: normal; }
.text li { white-space: break-spaces; margin-bottom: 4px; }
.text ol { margin-left: 20px; } .text ul ul { list-style: circle; }
.text a { color: #00a8fc; text-decoration: none; }
.text code, pre { font: 14px/18px "gg mono", "Noto Sans Mono CJK SC", monospace;
  background: #2b2d31; border: 1px solid #3b3d44; }
.text code { border-radius: 4px; padding: 0 3px; font-size: 13.6px; }
pre { border-radius: 4px; padding: 8px; margin: 6px 0 0; max-width: 90%; white-space: pre-wrap;
  box-sizing: border-box; }
blockquote { margin: 0; padding-left: 12px; border-left: 4px solid #4e5058; border-radius: 4px;
  max-width: 90%; white-space: break-spaces; }
.text mark { background: #3f4048; color: #3f4048; border-radius: 4px; }
.row { display: flex; gap: 8px; margin-top: 8px; }
.button { background: #3e3f46; color: #f2f3f5; border-radius: 8px; padding: 5px 14px;
  font-size: 14px; font-weight: 500; min-width: 28px; text-align: center; }
.button.main { background: #5865f2; padding: 9px 24px; }
.button.wide { padding: 9px 24px; }
.button.dim { opacity: .5; }
.box { background: #242429; border: 1px solid #3b3d44; border-left: 4px solid; border-radius: 8px;
  padding: 4px 16px 16px 14px; margin-top: 4px; }
.box .text + .text { margin-top: 8px; }
.box pre { max-width: 100%; }
.box hr { border: 0; border-top: 1px solid #3b3d44; margin: 14px 0 10px; }
.hint { color: #949ba4; font-size: 12px; margin-top: 6px; }
.hint a { color: #00a8fc; }
.thinking { color: #dbdee1; }
.thinking::before { content: "●●● "; color: #949ba4; letter-spacing: 2px; font-size: 10px; }
.file { border: 1px solid #3b3d44; background: #2b2d31; border-radius: 8px; padding: 12px;
  margin-top: 6px; width: 300px; }
.file a { color: #00a8fc; } .file div { color: #949ba4; font-size: 12px; }
.branch { background: #2b2d31; border-radius: 8px; padding: 8px 12px; margin-top: 8px;
  font-size: 14px; width: fit-content; max-width: 480px; color: #f2f3f5; font-weight: 600; }
.branch a { color: #00a8fc; padding-left: 6px; }
.branch div { color: #b5bac1; font-weight: 400; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.start { border-bottom: 1px solid #2e2e34; padding: 20px 0 12px; }
.start b { font-size: 28px; line-height: 1.2; color: #f2f3f5; display: block; }
.menu { padding: 24px; }
.dialog { width: 440px; background: #242429; border: 1px solid #3b3d44; border-radius: 12px;
  padding: 24px; box-sizing: border-box; }
.dialog h4 { margin: 0 0 16px; font-size: 20px; color: #f2f3f5; }
.dialog .label { color: #f2f3f5; font-weight: 500; margin: 20px 0 8px; }
.dialog .label i { color: #f23f43; font-style: normal; }
.field, .select { background: #1a1a1e; border: 1px solid #3b3d44; border-radius: 8px;
  padding: 10px 12px; }
.field { min-height: 66px; white-space: pre-wrap; }
.select::after { content: "⌄"; float: right; }
.option { padding: 8px 12px; color: #b5bac1; }
.foot { display: flex; justify-content: flex-end; gap: 8px; margin-top: 24px; }
"""
