import { groupedCode } from "../../approval-page/code.ts";
import { rulesInOrder } from "../../approval-page/page/rules.ts";
import { signedRequest } from "../../approval-page/page/signed.ts";
import { channelWords, quorumSentence, saidNo, stageTerms } from "../../approval-page/page/stages.ts";
import type { StageView } from "../../approval-page/page/view.ts";
import { askSentence, utcTime } from "../../approval-page/page/words.ts";
import { type Html, html, render } from "../../core/html.ts";
import { againSentence } from "./again.ts";
import type { MailView } from "./view.ts";
import {
  agentWords,
  isBracketed,
  possibleHeading,
  possiblePieces,
  riskLines,
  SAYS,
  windowSentence,
} from "./words.ts";

// Mail programs drop style sheets, so each element carries its own. Plain hexadecimal colours, no image, nothing loaded.
const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO = "font-family:Menlo,Consolas,'Liberation Mono',monospace";
const STYLE = {
  body: `margin:0;padding:24px 12px;background:#f3f2ed;color:#1c2530;${FONT};font-size:16px;line-height:1.55`,
  sheet:
    "max-width:600px;margin:0 auto;padding:26px 24px;background:#fffefb;border:1px solid #dcdad1;border-radius:14px;overflow-wrap:anywhere;word-break:break-word",
  brand: "margin:0 0 14px;color:#0a5f5c;font-size:14px;font-weight:bold",
  again: "margin:0 0 14px;padding:10px 14px;border:1px solid #0a5f5c;border-radius:10px;font-weight:bold",
  h1: "margin:0 0 10px;font-size:23px;line-height:1.25",
  h2: "margin:24px 0 6px;font-size:16px;line-height:1.35",
  p: "margin:0 0 10px",
  quiet: "margin:0 0 10px;color:#55606c;font-size:14px",
  item: "margin:0 0 6px;padding:10px 14px;background:#e3efed;border-radius:10px",
  literal: `${MONO};font-size:14px;background:#fffefb;padding:1px 4px;border-radius:4px;white-space:pre-wrap`,
  words:
    "margin:0 0 10px;padding:12px 16px;background:#fff6df;border:2px dashed #b27a12;border-radius:10px;overflow:hidden",
  label: "margin:0 0 8px;color:#6b4706;font-size:14px;font-weight:bold",
  quote: "margin:0;font-family:Georgia,'Times New Roman',serif;font-size:17px;overflow:hidden",
  isolate: "unicode-bidi:isolate;overflow-wrap:anywhere",
  button:
    "display:inline-block;padding:13px 24px;background:#0a5f5c;color:#ffffff;border-radius:10px;font-weight:bold;text-decoration:none",
  code: `margin:0 0 10px;${MONO};font-size:26px;letter-spacing:2px;font-weight:bold`,
  small: `${MONO};font-size:12px;color:#55606c`,
} as const;

const heading = (text: string): Html => html`<h2 style="${STYLE.h2}">${text}</h2>`;
const paragraph = (text: string | Html): Html => html`<p style="${STYLE.p}">${text}</p>
`;
const quiet = (text: string | Html): Html => html`<p style="${STYLE.quiet}">${text}</p>`;

function stage(each: StageView): Html {
  const said = each.decided.map(
    (one, index) =>
      html`<br>
${one.name} ${saidNo(each, index) ? "rejected" : "approved"} this${channelWords(one)}, ${utcTime(one.at)}`,
  );
  const terms = stageTerms(each).map((term) => html` ${term}`);
  return paragraph(
    html`<strong>${each.groupName}</strong>: ${quorumSentence(each)}${each.current && " You are asked here."}${terms}${said}`,
  );
}

function riskPart(view: MailView): Html | false {
  const [score, ...factors] = riskLines(view);
  if (score === undefined) return false;
  return html`${heading("Risk")}
${paragraph(
  html`<strong>${score}</strong>${factors.map(
    (line) => html`<br>
${line}`,
  )}`,
)}`;
}

const rule = ({ id, does, reason }: ReturnType<typeof rulesInOrder>[number]): Html =>
  paragraph(html`<strong>${does}:</strong> ${reason} <span style="${STYLE.small}">${id}</span>`);

/** The way in: the page and the code, or the page and how a stage is decided that no link may decide. */
function wayIn(view: MailView): Html {
  const button = (label: string) =>
    html`<p style="margin:14px 0 18px"><a href="${view.link}" style="${STYLE.button}">${label}</a></p>`;
  if (view.signedOnly) {
    const { line, body } = signedRequest(view, "approve");
    return html`${paragraph(SAYS.signedOnly)}
${button("Read the request")}
${quiet("Send, signed (or “reject”):")}
<p style="${STYLE.item}"><code style="${STYLE.literal}">${line}</code><br>
<code style="${STYLE.literal}">${body}</code></p>`;
  }
  return html`${paragraph(SAYS.opensNothing)}
${button("Open the request")}
${quiet("Confirmation code, which the page asks for:")}
<p style="${STYLE.code}">${groupedCode(view.code ?? "")}</p>
${paragraph(html`<strong>${SAYS.keep}</strong>`)}`;
}

function words(view: MailView): Html {
  const own = agentWords(view).map(
    ({ name, text }) =>
      html`<p style="${STYLE.p}">${name && html`<span style="color:#6b4706">${name}:</span> `}<bdi style="${STYLE.isolate}">${text}</bdi></p>
`,
  );
  return html`<div style="${STYLE.words}"><p style="${STYLE.label}">${SAYS.unverified}</p><blockquote style="${STYLE.quote}">${own}</blockquote></div>`;
}

/** The HTML body: the same content as the plain one, in the page's order, with one link. */
export function mailHtml(view: MailView): string {
  const { agent, resource } = view;
  const again = againSentence(view);
  const possible = possiblePieces(view).map(
    (pieces) =>
      html`<p style="${STYLE.item}">${pieces.map(({ text, literal }) => (literal ? html`<code style="${STYLE.literal}">${text}</code>` : text))}</p>`,
  );
  return render(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light"><meta name="format-detection" content="telephone=no, date=no, address=no, email=no"><title>${askSentence(view)}</title></head>
<body style="${STYLE.body}"><div style="${STYLE.sheet}">
<p style="${STYLE.brand}">Latchkey · for ${view.approver.name}</p>
${again && html`<p style="${STYLE.again}">${again}</p>`}
<h1 style="${STYLE.h1}">${askSentence(view)}</h1>
${paragraph(resource.description)}
${quiet(`${[resource.environment, resource.classification, ...resource.tags].join(" · ")} · decide by ${utcTime(view.decideBy)}`)}
${heading(possibleHeading(view))}
${possible}
${heading("How long")}
${paragraph(`${windowSentence(view)}.`)}
${heading("Why, in the agent’s words")}
${words(view)}
${riskPart(view)}
${heading("Which rules apply, and why")}
${rulesInOrder(view).map(rule)}
${heading("Who is asked")}
${view.stages.map(stage)}
${heading("The agent")}
${paragraph(`${agent.name} (${agent.id}), in ${agent.environment}. Owner: ${agent.owner}, team ${agent.team}.`)}
${heading("Your decision")}
${wayIn(view)}
${isBracketed(view) && quiet(SAYS.brackets)}
${view.grant && quiet(html`Grant <span style="${STYLE.small}">${view.grant}</span>`)}
${quiet(html`Fingerprint of exactly this: <span style="${STYLE.small}">${view.digest}</span>`)}
</div></body></html>
`);
}
