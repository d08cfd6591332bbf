import { DARK, LIGHT } from '../report/svg-style.ts';

/** The pages' style: light and dark by the reader's preference, one column on a phone, one page on paper. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT};--soft:#f4f6f8;--line:#d5dae0;--focus:#0a58ca}
@media (prefers-color-scheme:dark){:root{${DARK};--soft:#171d24;--line:#323b46;--focus:#8ab4ff}}
*{box-sizing:border-box}[hidden]{display:none!important}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.45 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header{max-width:1280px;margin:0 auto;padding:0 20px}
header{padding-top:18px}
h1{font-size:15px;font-weight:600;margin:0;color:var(--quiet)}
h2{font-size:16px;margin:26px 0 8px}
h3,.tour h2{font-size:14px;margin:14px 0 6px}
.verdict{font-size:22px;line-height:1.25;font-weight:650;margin:6px 0 4px}
.verdict.safe{color:var(--good)}.verdict.unsafe,.verdict.notJudged,.verdict.partial{color:var(--bad)}
.why{margin:2px 0}.fix{margin:2px 0;font-weight:600}
.quiet{color:var(--quiet)}.left:empty{display:none}
p{margin:6px 0}
pre,code,textarea{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:10px 12px;overflow:auto;margin:6px 0;max-height:420px}
pre mark{background:var(--pre);color:#12161b}
button,select,input[type=search],input[type=number]{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:3px 10px;min-height:32px}
button{cursor:pointer}button:hover{background:var(--soft)}
button[aria-pressed=true]{background:var(--ink);color:var(--paper)}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.bar{display:flex;flex-wrap:wrap;gap:6px 10px;align-items:center;margin:8px 0}
.bar label{display:inline-flex;gap:6px;align-items:center}
.bar .space{flex:1}
.scroller{border:1px solid var(--line);border-radius:6px;overflow:auto;max-height:min(72vh,900px);position:relative;overscroll-behavior-x:contain;--name:190px;--zoom:1;container-type:inline-size}
.rows{position:relative;width:calc(var(--name) + var(--zoom)*(100cqw - var(--name)));min-width:100%}
.lane,.axis{display:flex;height:26px;border-bottom:1px solid var(--rule)}
.lane.off .track{display:none}.lane.off .name{position:static}
.lane[hidden]{display:none}
.axis{position:sticky;top:0;z-index:4;background:var(--paper)}
.name{position:sticky;left:0;z-index:3;flex:none;width:var(--name);padding:2px 8px;background:var(--paper);border-right:1px solid var(--rule);white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-size:13px}
.track{position:relative;flex:1;min-width:0;margin:0 9px;contain:layout}
.over{position:absolute;inset:0 0 0 var(--name);pointer-events:none}.over .track{position:absolute;inset:0}
.axis .track{contain:strict;height:100%}
.tick{position:absolute;top:0;bottom:0;border-left:1px solid var(--rule);padding:3px 0 0 4px;font-size:12px;color:var(--quiet);white-space:nowrap}
.gap{position:absolute;top:0;bottom:0;background:repeating-linear-gradient(-55deg,transparent 0 5px,var(--quiet) 5px 6px);opacity:.55}
.cursor{position:absolute;top:0;bottom:0;width:0;border-left:2px solid var(--focus)}
.s{position:absolute;top:5px;height:15px;min-width:2px;font-style:normal;font-size:11px;line-height:15px;overflow:clip;white-space:nowrap;color:var(--on)}
.s span{position:sticky;left:4px;padding:0 4px}
.s.ready{background:var(--ready)}.s.preStop{background:var(--pre)}.s.draining{background:var(--drain)}.s.routed{background:var(--routed)}
.s.starting,.s.terminating,.s.serving,.s.notServing{background:var(--thin);top:11px;height:4px}.s.notServing{opacity:.5}
.s.exposed{background:#b00020;color:#fff;font-weight:600;box-shadow:inset 0 0 0 1px var(--lost)}
.s.exposed::before{content:"";position:absolute;inset:0;background:repeating-linear-gradient(-45deg,transparent 0 4px,rgb(255 255 255/.25) 4px 6px);z-index:0}
.s.exposed span{background:#b00020;position:relative;padding:0 5px}
.m{position:absolute;top:2px;width:14px;margin-left:-7px;text-align:center;font-size:13px;line-height:21px;font-weight:700;color:var(--mark);text-shadow:0 0 2px var(--paper),0 0 2px var(--paper)}
.m.change,.m.created,.m.gone{color:var(--quiet)}.m.failed,.m.sigkill{color:var(--lost)}.m.answered{color:var(--good)}
[data-seq]{cursor:pointer}
.hit{outline:2px solid var(--focus);outline-offset:1px}.s.exposed{z-index:1}.m{z-index:2}
.key{display:flex;flex-wrap:wrap;gap:2px 18px;list-style:none;margin:8px 0;padding:0;font-size:13px;color:var(--quiet)}
.key li{display:flex;align-items:center;gap:6px}
.key .s{position:relative;top:0!important;display:inline-block;width:18px;height:10px}.key .s.starting,.key .s.terminating,.key .s.serving,.key .s.notServing{height:4px}
.key .m{position:static;margin:0}
.cols{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:0 28px}
.chain{list-style:none;margin:4px 0;padding:0;font-size:13px}
.chain li{display:grid;grid-template-columns:8.4em 1fr;gap:10px;padding:1px 0}
.chain .ms{white-space:nowrap;text-align:right;color:var(--quiet);font-variant-numeric:tabular-nums}
.chain button,.link{all:unset;cursor:pointer;text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:3px}
.chain button:focus-visible,.link:focus-visible{outline:2px solid var(--focus)}
.chain [aria-current=true]{font-weight:650}
table{border-collapse:collapse;width:100%;font-size:13px;margin:6px 0}
th,td{text-align:left;padding:3px 10px 3px 0;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600;color:var(--quiet)}
tr.new td{font-weight:650;background:var(--soft)}
.num{text-align:right;font-variant-numeric:tabular-nums}
.wrap{overflow-x:auto}.wrap.narrow{max-width:640px}
.chart{width:100%;height:auto;max-width:640px}
.chart text{font:12px ui-sans-serif,system-ui,"DejaVu Sans",sans-serif;fill:var(--quiet)}
.chart .bar0{fill:var(--drain)}.chart .bar1{fill:var(--lost)}.chart .line{fill:none;stroke:var(--ink);stroke-width:1.6}.chart .band{fill:var(--drain);opacity:.45}
.chart .rule{stroke:var(--rule)}.chart .chosen{stroke:var(--bad);stroke-width:2;stroke-dasharray:5 3}.chart .chosen-word{fill:var(--bad);font-weight:600}
.paper-only{display:none}
ul.plain{margin:4px 0;padding-left:20px}ul.plain li{margin:3px 0}
.controls{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:8px 22px;margin:12px 0}
.control{display:flex;flex-direction:column}
.control .top{display:flex;justify-content:space-between;gap:8px;font-size:14px}
.control .value{white-space:nowrap;font-weight:650;font-variant-numeric:tabular-nums}
input[type=range]{width:100%;accent-color:var(--focus);margin:4px 0;min-height:24px}
.control select{width:100%;margin-top:4px}
textarea{width:100%;min-height:300px;background:var(--paper);color:var(--ink);border:1px solid var(--line);border-radius:6px;padding:8px 10px;resize:vertical;white-space:pre;overflow:auto}
.editor{display:grid;grid-template-columns:44px minmax(0,2fr) minmax(0,1fr);gap:0}
.gutter{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;text-align:right;padding:9px 8px 9px 0;color:var(--quiet);overflow:hidden;height:420px}
.gutter .wrong{background:var(--bad);color:#fff;border-radius:3px;font-weight:700}
.editor textarea{height:420px}
.editor .issues{padding-left:12px;max-height:420px;overflow:auto}
.stale .scroller,.stale .rules{outline:3px dashed var(--bad);outline-offset:-1px}
.note{font-size:12px}
.issues{list-style:none;margin:0;padding:0}.issues li{border-left:3px solid var(--bad);padding:2px 10px;margin:4px 0;background:var(--soft)}
.issues .line{font-weight:650;color:var(--bad)}
.tour{border:1px solid var(--line);border-left:4px solid var(--focus);border-radius:6px;padding:8px 14px;margin:12px 0;background:var(--soft)}
.tour[hidden]{display:none}
.interval{font-weight:600}
@media (max-width:640px){.editor{grid-template-columns:34px minmax(0,1fr)}.editor .issues{grid-column:1/-1;padding-left:0}.editor textarea,.gutter{height:320px}body{font-size:14px}main,header{padding:0 12px}.scroller{--name:104px}.name{font-size:11px;padding:4px 4px}.agent{display:none}.verdict{font-size:18px}.chain li{grid-template-columns:5.6em 1fr}}
@media (prefers-reduced-motion:no-preference){.cursor{transition:left .12s}}
@media print{@page{size:A4 landscape;margin:9mm}:root{color-scheme:light;${LIGHT}}body{font-size:10px;line-height:1.3}main,header{max-width:none;padding:0}.screen-only,.bar,details,textarea{display:none!important}.paper-only{display:block}.paper-only svg,.wrap>svg{max-height:98mm;max-width:100%;width:auto;height:auto}.campaign .paper-only svg,.campaign .wrap>svg{max-height:45mm}p,ul.plain li{margin:1px 0}h2,h3{margin:5px 0 2px;font-size:11px}table,pre,code{font-size:9px;margin:2px 0}th,td{padding:1px 8px 1px 0}.verdict{font-size:15px}.cols{grid-template-columns:1fr 1fr;gap:0 20px}.chart{max-height:30mm;width:auto;max-width:100%}pre{max-height:none;overflow:hidden;white-space:pre-wrap;padding:4px}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
