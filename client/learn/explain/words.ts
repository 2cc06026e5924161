import { durationInWords } from "../../../functions/core/time.ts";
import { took } from "../../page/words.ts";
import { scopeText } from "../../show/grant.ts";
import type { Said, Story, StoryStage } from "./story.ts";

/** "2026-11-21 09:30 UTC". */
const moment = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const quote = (text: string): string => `“${text}”`;

/** What was asked, in one sentence, and what the agent says of it. */
export function askLines({ id, ask }: Story): string[] {
  const { agent, resource, access, scope, windowSeconds, masked } = ask;
  const isAction = access === "perform";
  const part = isAction ? "" : ` (${scopeText(scope)}${masked ? ", masked" : ""})`;
  const what = isAction ? `to have ${resource} done once` : `to ${access} ${resource}${part}`;
  const long = isAction ? "with a permit of" : "for";
  const when = ask.at === undefined ? "" : ` on ${moment(ask.at)}`;
  const named: [string, string | undefined][] = [
    ["ticket", ask.ticket],
    ["task", ask.task],
    ["on behalf of", ask.onBehalfOf],
    ["model", ask.model],
    ["goes on from grant", ask.extends],
  ];
  const said = named.flatMap(([name, value]) => (value ? [`${name} ${value}`] : []));
  return [
    `Grant ${id}: ${agent} asked${when} ${what}, ${long} ${durationInWords(windowSeconds)}.`,
    `It says why: ${quote(ask.purpose)}${said.length > 0 ? `; ${said.join(", ")}` : ""}.`,
    ...(isAction && scope?.parameters ? [`With these parameters: ${String(scope.parameters)}`] : []),
  ];
}

const shortOf = (version: string): string => version.slice(0, "sha256:".length + 12);

/** By which policy, and by which other one reasons are told, where it is another. */
function versionLine({ decision: { policyVersion } }: Story, atHand: string | undefined): string {
  const by = `It was decided by policy ${shortOf(policyVersion)}`;
  return atHand === undefined || atHand === policyVersion
    ? `${by}.`
    : `${by}; the policy at hand, whose words on its rules these are, is ${shortOf(atHand)}.`;
}

/** "Policy let it pass at once", and the rules that made it so. `atHand`: the version of the policy at hand. */
export function decisionLines(story: Story, atHand?: string): string[] {
  const { outcome, rules, stages, brokenGlass, onTrial } = story.decision;
  const head = brokenGlass
    ? "Policy let it pass as an emergency: nobody was asked beforehand, and a review was opened."
    : {
        allow: "Policy let it pass at once. Nobody was asked.",
        needs_approval: "Policy wanted people to agree first.",
        deny: "Policy said no. Nobody was asked.",
      }[outcome];
  const asking = new Set(stages.flatMap(({ rule }) => rule ?? []));
  const role = (id: string): string => {
    if (outcome === "deny") return "said no";
    if (brokenGlass?.rule === id) return "let the glass be broken";
    if (asking.has(id)) return "asked people";
    return outcome === "allow"
      ? "let it pass"
      : asking.size > 0
        ? "lets it be asked for"
        : "had a part in it";
  };
  const skipped = (brokenGlass?.skipped ?? []).map(({ quorum, group }) => `${quorum} of ${group}`);
  return [
    head,
    ...rules.map(({ id, reason = atHand && "the policy at hand does not have this rule" }) =>
      reason ? `  - ${reason} (${id} ${role(id)})` : `  - ${id} ${role(id)}`,
    ),
    ...(skipped.length > 0 ? [`Without the emergency it would have asked ${skipped.join(", then ")}.`] : []),
    ...onTrial.map((text) => `On trial: ${text}.`),
    versionLine(story, atHand),
  ];
}

/** The score and what it is the sum of. */
export function riskLines({ decision: { risk } }: Story): string[] {
  if (!risk) return [];
  const parts = risk.factors.map(({ name, points, detail }) => `${detail ?? name} ${points}`);
  const sum = parts.length > 0 ? `: ${parts.join(", ")}` : "";
  return [`Risk ${risk.score}${risk.band ? ` (${risk.band})` : ""}${sum}.`];
}

const word = ({ person, at, comment, signed }: Said, verb: string, openedAt: number | undefined): string =>
  [
    `${person} said ${verb} on ${moment(at)}`,
    ...(openedAt === undefined || at < openedAt ? [] : [`after ${took(at - openedAt)}`]),
    ...(signed ? ["signed"] : []),
    ...(comment ? [quote(comment)] : []),
  ].join(", ");

function stageLines(
  { group, quorum, rule, reason, asked, yes, no, openedAt }: StoryStage,
  index: number,
): string[] {
  const why = reason ? `, because ${reason}` : rule ? `, by ${rule}` : "";
  const answered = [
    ...yes.map((said) => word(said, "yes", openedAt)),
    ...(no ? [word(no, "no", openedAt)] : []),
  ];
  const silent = asked.filter((id) => ![...yes, ...(no ? [no] : [])].some(({ person }) => person === id));
  const nobody = openedAt === undefined ? "not asked" : "nobody has answered";
  return [
    `  ${index + 1}. ${quorum} of ${group}${why}`,
    ...(answered.length > 0 ? answered : [nobody]).map((line) => `     ${line}`),
    ...(silent.length > 0 && openedAt !== undefined
      ? [`     asked too, without a word: ${silent.join(", ")}`]
      : []),
  ];
}

/** Who was asked, in turn, and what they said. */
export function peopleLines({ decision: { stages } }: Story): string[] {
  return stages.length === 0 ? [] : ["Who was asked:", ...stages.flatMap(stageLines)];
}

const ENDS: Record<string, string> = {
  window_over: "Its window ended",
  released: "It was given back",
  rejected: "It was rejected",
  nobody_decided: "Nobody decided in time: it lapsed",
  start_missed: "Its start went by before it could begin: it lapsed",
  revoked: "It was revoked",
  base_revoked: "With the grant that it goes on from it was stopped",
  locked_down: "It was stopped by a lockdown",
  red_flag: "It was stopped by a red flag",
  policy_changed: "Policy has changed since it was approved: it was stopped",
  role_cut_off: "All access by its role was cut off: it was stopped",
  activation_failed: "AWS gave no session for it: it never began",
  clock_off: "AWS's clock and ours differ too much: it never began",
};

/** When it began and what ended it. A plain no ended with the decision. */
export function endLines({ events, closing }: Story): string[] {
  const began = events.find(({ type }) => type === "grant.activated");
  const used = events.find(({ type }) =>
    ["credentials.collected", "data.read", "permit.redeemed"].includes(type),
  );
  const ends = ["rejected", "expired", "cancelled", "denied", "failed", "ended", "revoking"].map(
    (each) => `grant.${each}`,
  );
  const end = events.find(({ type }) => ends.includes(type));
  const lines = began ? [`It began on ${moment(began.at)}${used ? "" : "; nothing was collected"}.`] : [];
  if (!closing || closing.code === "policy_denied") return lines;
  const detail = closing.detail ? `: ${quote(closing.detail)}` : "";
  const what = ENDS[closing.code] ?? `It ended with ${closing.code}`;
  const when = end ? ` on ${moment(end.at)}` : "";
  const proven = events.find(({ type }) => type === "grant.revoked");
  return [
    ...lines,
    `${what}${when}, by ${closing.by}${detail}.`,
    ...(proven
      ? [
          `Since ${moment(proven.at)} no session of it works, as far as refused calls show it, or its window is over.`,
        ]
      : []),
  ];
}
