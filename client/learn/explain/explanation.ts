import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { durationInWords } from "../../../functions/core/time.ts";
import { scopeText } from "../../show/grant.ts";
import { factLines } from "./facts.ts";
import type { Story } from "./story.ts";
import type { Answer, WhatIfs } from "./what-if.ts";
import { askLines, decisionLines, endLines, peopleLines, riskLines } from "./words.ts";

function answerText({ outcome, stages }: Answer): string {
  if (outcome === "allow") return "would have passed at once";
  if (outcome === "deny") return "would have been denied";
  return `would have asked ${stages.join(", then ")}`;
}

/** Changes that the broker offered when it was asked, in the words of the others. */
function offered({ alternatives }: Story["decision"]): string[] {
  const asked = alternatives.map(({ masked, access, windowSeconds, scope }) =>
    [
      ...(masked ? ["asked for masked rows"] : []),
      ...(access ? [`asked to ${access}`] : []),
      ...(windowSeconds ? [`asked for ${durationInWords(windowSeconds)}`] : []),
      ...(scope ? [`asked for a part alone: ${scopeText(scope)}`] : []),
    ].join(" and "),
  );
  return asked.map((change) => `  - Had it ${change}, it would have passed at once.`);
}

const isAsDecided = ({ outcome, stages }: Answer, { decision }: Story): boolean =>
  outcome === decision.outcome &&
  stages.join() === decision.stages.map(({ quorum, group }) => `${quorum} of ${group}`).join();

function differently(story: Story, tried: WhatIfs | undefined): string[] {
  const title = "What would have made it different:";
  if (!tried && story.source === "record")
    return ["Reasons, and what would have made it different, need the policy: name it with --policy."];
  if (!tried) {
    const lines = offered(story.decision);
    return lines.length > 0 ? [title, ...lines] : [];
  }
  if (!tried.can) return [`What would have made it different cannot be told: ${tried.why}.`];
  const today = isAsDecided(tried.answer, story)
    ? []
    : [`By the policy at hand it ${answerText(tried.answer)}: it is not the policy that decided it.`];
  const lines = tried.different.map(
    ({ change, answer }) => `  - Had it ${change}, it ${answerText(answer)}.`,
  );
  const none =
    tried.tried === 0
      ? "There is no smaller ask to try."
      : `Smaller and other asks were tried (${tried.tried}): none would have been decided otherwise.`;
  return [...today, ...(lines.length > 0 ? [title, ...lines] : [none])];
}

/** A grant in plain words: what was asked, why it was decided so, what became of it, what would have made it different. */
export function explanation(story: Story, bundle?: PolicyBundle, tried?: WhatIfs): string {
  const parts = [
    askLines(story),
    [
      ...decisionLines(story, bundle?.version),
      ...(bundle ? factLines(bundle, story) : []),
      ...riskLines(story),
    ],
    peopleLines(story),
    endLines(story),
    differently(story, tried),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.replaceAll("\n", " ")).join("\n"))
    .join("\n\n")}\n`;
}
