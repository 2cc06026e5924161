import { groupedCode } from "../../approval-page/code.ts";
import { rulesInOrder } from "../../approval-page/page/rules.ts";
import { signedRequest } from "../../approval-page/page/signed.ts";
import { channelWords, quorumSentence, saidNo, stageTerms } from "../../approval-page/page/stages.ts";
import type { StageView } from "../../approval-page/page/view.ts";
import { askSentence, utcTime } from "../../approval-page/page/words.ts";
import { visible } from "../../core/html.ts";
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

const WIDTH = 72;

/** Folds a text at spaces into lines of about 72 characters, each with its mark in front. */
export function folded(text: string, mark: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/u)) {
    if (line !== "" && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${mark}${each}`).join("\n");
}

// A quotation mark is in no scope value, so what stands between two of them is the value, whole; parameters of an action
// are JSON, whose texts have their own.
const quoted = (text: string): string => (text.startsWith('"') ? text : `"${text}"`);
const possibleLine = (pieces: ReturnType<typeof possiblePieces>[number]): string =>
  `- ${pieces.map(({ text, literal }) => (literal ? quoted(text) : text)).join("")}`;

function stageLines(stage: StageView): string[] {
  const yours = stage.current ? " You are asked here." : "";
  const answers = stage.decided.map(
    (said, index) =>
      `  ${said.name} ${saidNo(stage, index) ? "rejected" : "approved"} this${channelWords(said)}, ${utcTime(said.at)}`,
  );
  const terms = stageTerms(stage).map((term) => `  ${term}`);
  return [`- ${stage.groupName}: ${quorumSentence(stage)}${yours}`, ...terms, ...answers];
}

/** The way in: the page and the code; or the page, and how a stage is decided that no link may decide. */
function wayIn(view: MailView): string[][] {
  if (!view.signedOnly)
    return [
      ["To approve or reject, open this page:", view.link],
      [`Confirmation code: ${groupedCode(view.code ?? "")}`],
      [SAYS.opensNothing, SAYS.keep],
    ];
  const { line, body } = signedRequest(view, "approve");
  return [
    ["To read the request, open this page:", view.link],
    [SAYS.signedOnly, `Send, signed (or "reject"):`, `  ${line}`, `  ${body}`],
  ];
}

/** The plain body. What the agent wrote stands behind "> " on every line, so nothing in it passes for ours. */
export function mailText(view: MailView): string {
  const { agent, resource } = view;
  const again = againSentence(view);
  const risk = riskLines(view);
  const words = agentWords(view).map(({ name, text }) => folded(name ? `${name}: ${text}` : text, "> "));
  const blocks = [
    [`Hello ${view.approver.name},`],
    ...(again ? [[again]] : []),
    [`${askSentence(view)}.`, `Please decide by ${utcTime(view.decideBy)}.`],
    [`${possibleHeading(view)}:`, ...possiblePieces(view).map(possibleLine)],
    [
      `How long: ${windowSentence(view)}`,
      `Data:     ${resource.description} (${resource.id})`,
      `          ${[resource.environment, resource.classification, ...resource.tags].join(", ")}`,
      `Agent:    ${agent.name} (${agent.id}), in ${agent.environment}`,
      `Owner:    ${agent.owner}, team ${agent.team}`,
    ],
    ["Why?", SAYS.unverified, ...words],
    ...(risk.length > 0 ? [["Risk:", ...risk.map((line) => `  ${line}`)]] : []),
    [
      "Which rules apply:",
      ...rulesInOrder(view).map(({ id, does, reason }) => `- ${does}: ${reason} (${id})`),
    ],
    ["Who is asked:", ...view.stages.flatMap(stageLines)],
    ...wayIn(view),
    [
      ...(isBracketed(view) ? [SAYS.brackets] : []),
      ...(view.grant ? [`Grant: ${view.grant}`] : []),
      `Fingerprint of exactly this: ${view.digest}`,
    ],
  ];
  return visible(`${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`);
}
