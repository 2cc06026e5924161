import { type Html, html } from "../../functions/core/html.ts";

/** The one style sheet of the page, named in its policy by hash. Colours meet WCAG 2.2 AA in both schemes. */
export const style: Html = html`
:root{color-scheme:light dark;--paper:#f3f2ed;--sheet:#fffefb;--ink:#1c2530;--quiet:#55606c;--line:#dcdad1;--edge:#78818b;--accent:#0a5f5c;--code:#eeece4;--good:#e3efed;--bad:#f9e7e4;--bad-ink:#9c2b22;--t1:#0b7a75;--t2:#b27a12;--t3:#b23a2f;--t4:#5a6b86;--wash:#cfe6e3}
@media (prefers-color-scheme:dark){:root{--paper:#10151a;--sheet:#182027;--ink:#e7ebee;--quiet:#a9b4be;--line:#2e3942;--edge:#7d8994;--accent:#7fd0c8;--code:#232d36;--good:#173532;--bad:#3b2120;--bad-ink:#ffaaa0;--t1:#54b8af;--t2:#dba73f;--t3:#ef8579;--t4:#93a7c4;--wash:#1d4542}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;padding:0 1rem 4rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:60rem;margin:0 auto}
header{padding:2.2rem 0 .4rem}
.brand{margin:0 0 .6rem;color:var(--accent);font-weight:650}
h1{margin:0 0 .4rem;font-size:clamp(1.6rem,1.2rem + 2vw,2.3rem);line-height:1.15;font-weight:680;letter-spacing:-.015em;text-wrap:balance}
h2{margin:0 0 .35rem;font-size:1.25rem;line-height:1.3;font-weight:680;letter-spacing:-.005em}
p{margin:0 0 .8rem}
.quiet,.asked,footer{color:var(--quiet);font-size:.875rem}
.lead{max-width:46rem;font-size:1.0625rem}
.state{margin:1.1rem 0;padding:.85rem 1.1rem;border-radius:12px;background:var(--good);font-weight:560}
.state.bad{background:var(--bad)}
.state a{color:inherit;text-underline-offset:.18em}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.7rem;margin:0 0 1.2rem;padding:0}
.figures div{padding:.75rem .9rem;background:var(--sheet);border:1px solid var(--line);border-radius:12px}
.figures dt{color:var(--quiet);font-size:.8125rem;line-height:1.35}
.figures dd{margin:.1rem 0 0;font-size:1.6rem;line-height:1.2;font-weight:660;font-variant-numeric:tabular-nums}
section{margin:0 0 1.2rem;padding:1.3rem 1.4rem 1.1rem;background:var(--sheet);border:1px solid var(--line);border-radius:14px}
code{padding:.08em .34em;background:var(--code);border-radius:5px;font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.asked{margin:.9rem 0 0;padding-top:.7rem;border-top:1px solid var(--line)}
.asked code{display:block;width:fit-content;max-width:100%;margin:.3rem 0 0}
.plot,.scroll{overflow-x:auto;margin:.6rem 0 .9rem;border-radius:8px}
.plot svg{display:block;width:100%;min-width:38rem;height:auto}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
svg text{fill:var(--ink);font:13px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;font-variant-numeric:tabular-nums}
svg .grid text,svg .axis text{fill:var(--quiet);font-size:12px}
svg .value{font-weight:650}
.grid line{stroke:var(--line)}
.marks rect{stroke:var(--sheet);stroke-width:1}
rect.tone1{fill:var(--t1)}rect.tone2{fill:var(--t2)}rect.tone3{fill:var(--t3)}rect.tone4{fill:var(--t4)}
.fill{fill:var(--wash)}.edge{fill:none;stroke:var(--t1);stroke-width:1.8}
.range{stroke:var(--t1);stroke-width:3;stroke-linecap:round}.dot{fill:var(--t1)}.ring{fill:var(--sheet);stroke:var(--t1);stroke-width:2.5}
.day{fill:var(--code);stroke:var(--line)}.day.whole{fill:var(--wash);stroke:var(--t1)}.day.open{fill:var(--sheet);stroke:var(--t2)}.day.broken{fill:var(--bad);stroke:var(--t3);stroke-width:2}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.4rem 0 0;padding:0;list-style:none;font-size:.875rem}
.key{display:inline-block;width:.8rem;height:.8rem;margin-right:.4rem;border-radius:3px;vertical-align:-.06rem}
.key.tone1{background:var(--t1)}.key.tone2{background:var(--t2)}.key.tone3{background:var(--t3)}.key.tone4{background:var(--t4)}
table{width:100%;border-collapse:collapse;font-size:.875rem;line-height:1.4}
caption{padding:.3rem 0 .45rem;text-align:left;font-weight:640}
th,td{padding:.38rem .7rem .38rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--quiet);font-weight:600;white-space:nowrap}
td{min-width:5rem;max-width:22rem}
th+.words,td+.words{padding-left:.35rem}
tbody tr:last-child td{border-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums}
td.number{min-width:3rem;white-space:nowrap}
bdi{unicode-bidi:isolate;overflow-wrap:anywhere}
details{margin:.2rem 0 .6rem}
summary{cursor:pointer;width:fit-content;padding:.25rem 0;color:var(--accent);font-weight:600}
.checks{margin:.4rem 0 1rem;padding:0;list-style:none}
.checks li{display:grid;grid-template-columns:4.5rem 1fr;gap:.8rem;margin:0 0 .4rem;padding:.5rem .8rem;border-radius:9px;background:var(--good)}
.checks .bad{background:var(--bad)}
.checks .bad strong{color:var(--bad-ink)}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0 0 1.2rem;padding:0;list-style:none;font-size:.9375rem}
nav a{color:var(--accent);text-underline-offset:.18em}
@media (forced-colors:active){.key,.figures div,.checks li{border:1px solid}rect{stroke:CanvasText}}
@media print{:root{color-scheme:light;--paper:#fff;--sheet:#fff;--ink:#000;--quiet:#333;--line:#bbb;--accent:#000;--code:#fff;--good:#fff;--bad:#fff;--bad-ink:#000;--t1:#1a6a66;--t2:#c9973a;--t3:#7d1f17;--wash:#dcecea}body{padding:0;font-size:10pt}header,main,footer{max-width:none}nav{display:none}section{padding:.6rem 0;border:0;border-top:1px solid #999;border-radius:0}.plot,table tr,.figures div,.checks li,h2,.lead{break-inside:avoid}h2,.lead,caption{break-after:avoid}.plot,.scroll{overflow:visible}.plot svg{min-width:0}.state,.checks li{border:1px solid #666}details::details-content{content-visibility:visible;block-size:auto}summary{display:none}table{font-size:8pt}td,td.number{min-width:0}th{white-space:normal;overflow-wrap:break-word}}
`;
