import type { Answer, Aspect, Difference } from "../../functions/core/policy/difference.ts";
import { durationInWords } from "../../functions/core/time.ts";
import { recordMarkdown } from "../learn/replay/markdown.ts";
import type { Report } from "../learn/replay/report.ts";
import { code } from "./code.ts";
import type { Compared } from "./compare.ts";
import { summary } from "./summary.ts";

/**
 * GitHub takes comments of 65,536 characters; the head and the foot need some. GitLab takes more. In bytes, since a step
 * hands it on in one variable, of which Linux takes 128 KiB.
 */
const MOST_BYTES = 55_000;

const list = (texts: readonly string[]): string => texts.map(code).join(", ") || "nobody";

const OUTCOMES: Record<Answer["outcome"], string> = {
  allow: "allowed",
  needs_approval: "needs approval",
  deny: "denied",
  cannot_be_asked: "cannot be asked",
};

const stageText = ({
  group,
  quorum,
  people,
  within,
  escalateTo,
  exclude,
  channel,
}: Answer["stages"][number]) =>
  [
    `${quorum} of ${code(group)} (${list(people)})`,
    ...(within === undefined ? [] : [`within ${durationInWords(within)}`]),
    ...(escalateTo === undefined ? [] : [`then also ${code(escalateTo)}`]),
    ...(exclude === undefined ? [] : ["not of the agent's team"]),
    ...(channel === undefined ? [] : ["signed only"]),
  ].join(", ");
const stagesText = (stages: Answer["stages"]): string => stages.map(stageText).join(" and ") || "nobody";

const canText = ({ can }: Answer): string =>
  can
    ? `as ${code(can.accessRole)}: ${can.statements
        .map(({ Action, Resource }) => `${list(Action)} on ${list(Resource)}`)
        .join("; ")}`
    : "nothing";

/** How each aspect of an answer is told. */
const told: Record<Aspect, { title: string; text(answer: Answer): string }> = {
  outcome: {
    title: "outcome",
    text: ({ outcome, reason }) => `**${OUTCOMES[outcome]}**${reason ? ` (${code(reason)})` : ""}`,
  },
  stages: { title: "asks", text: ({ stages }) => stagesText(stages) },
  skipped: { title: "skips", text: ({ skipped }) => stagesText(skipped) },
  capSeconds: {
    title: "longest window",
    text: ({ capSeconds }) => (capSeconds === undefined ? "none" : durationInWords(capSeconds)),
  },
  riskBand: { title: "risk", text: ({ riskBand }) => riskBand ?? "none" },
  can: { title: "could do", text: canText },
  principals: { title: "is", text: ({ principals }) => list(principals) },
};

const rulesText = (one: Answer, other: Answer): string => {
  const [was, is] = [one, other].map(({ rules }) => rules.map(code).join(", ") || "none");
  return was === is ? `${is}` : `${was} → ${is}`;
};

/** A window or statements that come or go with the outcome say nothing more than the outcome does. */
const isToldBy = (aspect: Aspect, { before, after, changed }: Difference): boolean =>
  aspect === "outcome" ||
  !changed.includes("outcome") ||
  !(["capSeconds", "can"] as Aspect[]).includes(aspect) ||
  (before[aspect] !== undefined && after[aspect] !== undefined);

const WORDS = { more: "lets more", less: "lets less", other: "otherwise" } as const;

function row(difference: Difference): string {
  const { question, before, after, changed, towards } = difference;
  const { agent, ask, name } = question;
  const changes = changed
    .filter((aspect) => isToldBy(aspect, difference))
    .map((aspect) => {
      const [was, is] = [before, after].map(told[aspect].text);
      return `${told[aspect].title}: ${was} → ${was === is ? "the same under other conditions" : is}`;
    });
  const cells = [code(name), code(agent), code(ask.access), code(ask.resource), WORDS[towards]];
  return `| ${[...cells, changes.join("<br>"), rulesText(before, after)].join(" | ")} |`;
}

const ORDER = ["more", "other", "less"] as const;

/** The rows that a comment has room for, first what would be let more, and how many are left out. */
function table(otherwise: readonly Difference[], most: number): string[] {
  if (otherwise.length === 0) return [];
  const rows = ORDER.flatMap((towards) => otherwise.filter((each) => each.towards === towards)).map(row);
  let room = most;
  // One that is too long for a comment leaves the room to those after it: nobody hides a row behind a longer one.
  const shown = rows.filter((each) => {
    const bytes = Buffer.byteLength(each) + 1;
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
  const more = rows.length - shown.length;
  return [
    "| case | agent | access | resource | | before → after | rules |",
    "|---|---|---|---|---|---|---|",
    ...shown,
    "",
    ...(more === 0 ? [] : [`${more} more do not fit here: run the command yourself.`, ""]),
  ];
}

const WOULD = [
  ["deny", "denied"],
  ["ask", "asked people in"],
  ["allow", "let pass"],
  ["error", "not been evaluated in"],
] as const;

/** What the rules on trial would have done to the asks that were compared. They decide none of them. */
function trials(onTrial: Compared["onTrial"]): string[] {
  if (onTrial.length === 0) return [];
  const lines = onTrial.map(({ rule, ...counts }) => {
    const said = WOULD.filter(([would]) => counts[would] > 0).map(
      ([would, words]) => `${words} ${counts[would]}`,
    );
    return `- ${code(rule)} ${said.length === 0 ? "would have done nothing" : `would have ${said.join(", ")}`}`;
  });
  return ["On trial (`@shadow`), deciding nothing:", "", ...lines, ""];
}

const version = (text: string): string => code(text.slice(0, "sha256:".length + 12));

/**
 * A comparison as a comment on the change: GitHub-flavoured Markdown, safe to post whatever the policy holds. `record`: what
 * recorded asks would have been, where they were decided again too.
 */
export function differenceMarkdown(compared: Compared, record?: Report): string {
  const { before, after, otherwise, byOtherRules } = compared;
  const others = byOtherRules.length;
  const recorded = record ? recordMarkdown(record) : [];
  const taken = Buffer.byteLength(recorded.join("\n"));
  return [
    "### What the policy would decide otherwise",
    "",
    summary(compared),
    "",
    ...table(otherwise, MOST_BYTES - taken),
    ...trials(compared.onTrial),
    ...(others === 0 ? [] : [`${others} more would be decided alike, by other rules.`, ""]),
    `Before: ${code(before.name)}, ${version(before.version)}. After: ${code(after.name)}, ${version(after.version)}.`,
    "Only what the cases of both ask was compared: an ask that no case makes may be decided otherwise too.",
    ...recorded,
  ].join("\n");
}
