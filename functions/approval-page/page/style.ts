import { type Html, html } from "../../core/html.ts";

/**
 * The one style sheet, part of every page and named in the CSP by its hash. Ink on paper, one calm accent; amber is kept
 * for what the agent wrote and for nothing else. Colours meet WCAG 2.2 AA in both schemes (a test computes it).
 */
export const style: Html = html`
:root{color-scheme:light dark;--paper:#f3f2ed;--sheet:#fffefb;--ink:#1c2530;--quiet:#55606c;--line:#dcdad1;--edge:#78818b;--accent:#0a5f5c;--on-accent:#ffffff;--no:#9c2b22;--code:#eeece4;--words:#fff6df;--words-edge:#b27a12;--words-ink:#6b4706;--soft:#e3efed;--no-soft:#f9e7e4}
@media (prefers-color-scheme:dark){:root{--paper:#10151a;--sheet:#182027;--ink:#e7ebee;--quiet:#a9b4be;--line:#2e3942;--edge:#7d8994;--accent:#7fd0c8;--on-accent:#0b1f1e;--no:#ffaaa0;--code:#232d36;--words:#2a2416;--words-edge:#a87f2c;--words-ink:#f1cc7d;--soft:#173532;--no-soft:#3b2120}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;padding:0 1rem 3rem;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main,.top{max-width:44rem;margin:0 auto}
.top{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:0 1rem;padding:1.1rem 0 .9rem;color:var(--quiet);font-size:.9375rem}
.top p{margin:0}
.brand{display:flex;align-items:center;gap:.5rem;color:var(--accent);font-weight:650;letter-spacing:.01em}
.sheet{background:var(--sheet);border:1px solid var(--line);border-radius:14px;padding:1.5rem 1.15rem;margin:0 0 1.25rem}
h1{margin:0 0 .5rem;font-size:clamp(1.4rem,1.1rem + 1.6vw,1.8rem);line-height:1.22;font-weight:680;letter-spacing:-.012em;text-wrap:balance}
h2{margin:0 0 .45rem;font-size:1.0625rem;line-height:1.35;font-weight:680}
p{margin:0 0 .6rem}
p:last-child{margin-bottom:0}
section{border-top:1px solid var(--line);margin-top:1.15rem;padding-top:1.05rem}
.request{margin:.9rem 0 0}
.request+pre{margin-top:.35rem}
.lead{font-size:1.125rem;line-height:1.5}
.quiet{color:var(--quiet);font-size:.875rem;line-height:1.5;font-weight:400}
a{color:inherit;text-underline-offset:.15em}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.9em}
code{background:var(--code);border-radius:5px;padding:.08em .32em;white-space:break-spaces;box-decoration-break:clone;-webkit-box-decoration-break:clone}
.sample{white-space:nowrap}
.small{font-size:.8125rem;background:none;padding:0;color:var(--quiet)}
pre{margin:.6rem 0 0;padding:.9rem;background:var(--code);border-radius:10px;font-size:.8125rem;line-height:1.5;white-space:pre-wrap}
pre code{background:none;padding:0;font-size:inherit}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.2rem 0 1rem;font-size:.875rem;line-height:1.4}
.chips div{display:flex;gap:.4em;padding:.22rem .7rem;border:1px solid var(--line);border-radius:99px}
.chips dt{color:var(--quiet)}
.chips dd{margin:0;font-weight:620}
.possible{margin:0 0 .7rem;padding:0;list-style:none}
.possible li{margin:0 0 .5rem;padding:.65rem .85rem;background:var(--soft);border-radius:10px;font-weight:520}
.possible code{background:var(--sheet);font-weight:400}
details{margin-top:.7rem}
summary{cursor:pointer;padding:.45rem 0;color:var(--accent);font-weight:620}
details p{margin-top:.2rem}
.words{position:relative;overflow:hidden;margin:0 0 .7rem;padding:.85rem 1rem 1rem;background:var(--words);border:2px dashed var(--words-edge);border-radius:10px}
.words .label{margin:0 0 .5rem;color:var(--words-ink);font-size:.875rem;font-weight:680}
.words blockquote{margin:0;font-family:Georgia,"Times New Roman",serif;font-size:1.125rem;line-height:1.55}
.words blockquote,.words dd{overflow:hidden}
.words bdi,.answers bdi{unicode-bidi:isolate;overflow-wrap:anywhere}
.words .facts{margin-top:.7rem}
.facts{margin:0;font-size:.9375rem;line-height:1.5}
.facts div{padding:.22rem 0}
.facts dt{color:var(--quiet)}
.facts dd{margin:0}
.stages,.answers,.rules{margin:0;padding:0;list-style:none}
.stage{padding:.1rem 0 .1rem 1rem;border-left:3px solid var(--line)}
.stage+.stage{margin-top:1.1rem}
.stage[aria-current]{border-left-color:var(--accent)}
.stage p{margin:0 0 .2rem}
.stage-name{display:flex;flex-wrap:wrap;align-items:center;gap:.2rem .6rem}
.yours{color:var(--accent);font-size:.875rem;font-weight:620}
.badge{padding:.1rem .6rem;border:1px solid var(--edge);border-radius:99px;font-size:.8125rem;line-height:1.5}
.badge.approved{border-color:transparent;background:var(--soft);color:var(--accent);font-weight:620}
.badge.rejected{border-color:transparent;background:var(--no-soft);color:var(--no);font-weight:620}
.badge.state{margin-right:.25rem;font-weight:620}
.answers{margin-top:.35rem;font-size:.9375rem}
.answers li{margin-top:.3rem}
.answers blockquote{margin:.25rem 0 0;padding-left:.8rem;border-left:2px solid var(--line);overflow:hidden}
.rules{margin-bottom:.6rem}
.rules li{margin:0 0 .6rem;padding-left:1rem;border-left:3px solid var(--line)}
.rules .asking{border-left-color:var(--accent)}
.rules .small{display:block}
.score{font-size:1.0625rem}
.score strong{font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
.score .badge{margin-left:.3rem;font-weight:620}
.meter{display:block;width:100%;height:.5rem;margin:0 0 .8rem;border-radius:99px;background:var(--code)}
.meter rect{fill:var(--quiet)}
.factors,.earlier{margin:0 0 .7rem;padding:0;list-style:none}
.factors li{display:grid;grid-template-columns:2.7rem 1fr;gap:.6rem;padding:.2rem 0;line-height:1.45}
.factors strong{display:inline-block;font-weight:620}
.factors strong::first-letter{text-transform:uppercase}
.points{font-variant-numeric:tabular-nums;text-align:right;font-weight:620;white-space:nowrap;overflow-wrap:normal}
.earlier li{padding:.4rem 0}
.earlier p{margin:0;line-height:1.5}
.fingerprint{margin-top:1.35rem}
.fingerprint .small{display:block}
.outcome{border-top:4px solid var(--edge)}
.outcome.you_approved{border-top-color:var(--accent)}
.outcome.you_rejected{border-top-color:var(--no)}
.notice{margin:0 0 1.25rem;padding:.95rem 1.15rem;background:var(--sheet);border:2px solid var(--no);border-radius:14px}
.notice a,.error{color:var(--no)}
.error{font-weight:620}
.decide{border-top:4px solid var(--accent)}
.decide h2{font-size:1.3125rem}
fieldset{min-width:0;margin:1.1rem 0 0;padding:0;border:0}
legend,.field label{display:block;padding:0;font-weight:650}
legend{margin-bottom:.6rem}
.choices{display:grid;gap:.65rem}
.choice{display:flex;gap:.8rem;align-items:flex-start;padding:.85rem .95rem;border:1.5px solid var(--edge);border-radius:10px;cursor:pointer}
.choice input{flex:none;width:1.25rem;height:1.25rem;margin:.22rem 0 0;accent-color:var(--accent)}
.choice.reject input{accent-color:var(--no)}
.choice strong,.choice small{display:block}
.choice small{color:var(--quiet);font-size:.9375rem;line-height:1.45}
.choice.approve:has(:checked){border-color:var(--accent);background:var(--soft)}
.choice.reject:has(:checked){border-color:var(--no);background:var(--no-soft)}
.field{margin-top:1.25rem}
.field p{margin:.1rem 0 .45rem}
textarea,input[type=text]{width:100%;padding:.65rem .8rem;color:inherit;background:var(--paper);border:1.5px solid var(--edge);border-radius:10px;font:inherit}
textarea{resize:vertical;min-height:5.5rem}
input[type=text]{max-width:15rem;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:1.1875rem;letter-spacing:.08em}
[aria-invalid]:not(fieldset){border-color:var(--no)}
button{width:100%;margin-top:1.4rem;padding:.85rem 1.4rem;border:0;border-radius:10px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:650;cursor:pointer}
button:hover{text-decoration:underline}
:focus-visible,.choice:has(:focus-visible){outline:3px solid var(--accent);outline-offset:3px}
.choice input:focus-visible{outline:none}
@media (min-width:36rem){.sheet{padding:1.75rem 2.1rem}.choices{grid-template-columns:1fr 1fr}.facts div{display:grid;grid-template-columns:8.5rem 1fr;gap:1rem}.earlier li{display:grid;grid-template-columns:8.5rem 1fr;gap:.1rem 1rem}button{width:auto}}
@media (forced-colors:active){button,.badge{border:1px solid}}
@media print{:root{font-size:10pt;color-scheme:light;--paper:#fff;--sheet:#fff;--ink:#000;--quiet:#333;--line:#999;--edge:#555;--accent:#000;--no:#000;--code:#fff;--words:#fff;--words-edge:#000;--words-ink:#000;--soft:#fff;--no-soft:#fff}body,.sheet{border:0;padding:0}.possible li{padding:0}section,.stage,.words{break-inside:avoid}.decide{display:none}details::details-content{content-visibility:visible;block-size:auto}}
`;
