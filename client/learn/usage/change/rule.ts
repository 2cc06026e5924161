import { createHash } from "node:crypto";
import type { Decision } from "../../../../functions/core/policy/decided.ts";
import { durationInWords } from "../../../../functions/core/time.ts";
import type { Proposal } from "../propose.ts";

const MOST_CHARACTERS = 64;

/** A name of small letters, digits and hyphens, cut where it is too long with something of the whole. */
export function slug(text: string, most = MOST_CHARACTERS): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const named = /^[a-z]/.test(plain) ? plain : `part-${plain}`;
  if (named.length <= most) return named;
  const rest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${named.slice(0, most - 9).replace(/-+$/, "")}-${rest}`;
}

/** A scope in words: `2026/`, `a.csv and b.csv`. */
export const scopeText = (scope: Record<string, string | string[]>): string =>
  Object.entries(scope)
    .map(([name, value]) => `${name} ${[value].flat().join(", ")}`)
    .join("; ");

const who = ({ agent }: Proposal): string => agent ?? "everybody";

/** The id of the rule that would hold an agent to a proposal. */
export const ruleId = (proposal: Proposal): string =>
  slug(`${who(proposal)}-${proposal.resource}-${proposal.access ?? "any"}-${proposal.narrows}`);

const HEAD = "// Proposed by latchkey insights usage: what is on record would all have been let pass.\n";

function limit(proposal: Proposal): { reason: string; when: string } {
  const { resource } = proposal;
  if (proposal.narrows === "scope")
    return {
      reason: `${who(proposal)} has used no more of ${resource} than ${scopeText(proposal.scope)}: ask for that part`,
      when: " when {\n  context.wholeResource && !context.masked\n}",
    };
  if (proposal.narrows === "window")
    return {
      reason: `${who(proposal)} has needed ${resource} for no longer than ${durationInWords(proposal.windowSeconds)}`,
      when: ` when {\n  context.windowSeconds > ${proposal.windowSeconds}\n}`,
    };
  return { reason: `${who(proposal)} has only used ${resource} to ${proposal.to}: ask for that`, when: "" };
}

// In Cedar as in JSON a text is between quotation marks, and what is not plain is escaped.
const text = (value: string): string => JSON.stringify(value);

/** A `forbid` that refuses what nobody needed: the agent is offered the smaller ask instead. */
export function cedarRule(proposal: Proposal): string {
  const { agent, resource, access } = proposal;
  const { reason, when } = limit(proposal);
  const principal = agent === undefined ? "principal" : `principal == Agent::${text(agent)}`;
  const action = access === undefined ? "action" : `action == Action::${text(access)}`;
  return (
    `${HEAD}@id(${text(ruleId(proposal))})\n@reason(${text(reason.slice(0, 300))})\n` +
    `forbid (\n  ${principal},\n  ${action},\n  resource == Resource::${text(resource)}\n)${when};\n`
  );
}

/** What an ask that a rule is tried with asks for, as a case writes it. */
export type Tried = { name: string; agent: string; ask: Record<string, unknown>; decision?: Decision };

const stages = ({ plan }: Decision): string[] => plan.map(({ quorum, group }) => `${quorum} of ${group}`);

/** Cases for and against a rule, in the form of `cases/*.yaml`: what policy with the rule makes of each. */
export function casesText(rule: string, tried: readonly Tried[]): string {
  const lines = tried.map(({ name, agent, ask, decision }, index) => {
    const rules = decision ? decision.rules.map(({ id }) => id) : [rule];
    const plan = decision ? stages(decision) : [];
    return [
      `  - name: ${text(name)}`,
      `    agent: ${agent}`,
      `    ask: ${JSON.stringify(ask)}`,
      `    outcome: ${decision?.outcome ?? "deny"}`,
      ...(plan.length > 0 ? [`    plan: ${JSON.stringify(plan)}`] : []),
      `    rules: ${JSON.stringify(rules)}`,
      ...(index > 0 ? [`    not: [${rule}]`] : []),
    ].join("\n");
  });
  return `# Of the rule ${rule}: an ask that it refuses, and the smaller one.\ncases:\n${lines.join("\n")}\n`;
}

/** The same ask twice: as it is refused, and as it would have been enough. */
export function triedBy(proposal: Proposal, agent: string, accesses: readonly string[]): Tried[] {
  const { resource } = proposal;
  const access = proposal.access ?? accesses[0];
  const id = ruleId(proposal);
  const named = (name: string, ask: Record<string, unknown>) => ({ name: `${id}: ${name}`, agent, ask });
  const base = { resource, access, windowSeconds: 60 };
  if (proposal.narrows === "scope")
    return [named("the whole", base), named("the part", { ...base, scope: proposal.scope })];
  if (proposal.narrows === "window") {
    const { windowSeconds } = proposal;
    return [
      named("longer", { ...base, windowSeconds: windowSeconds + 1 }),
      named("as long as was needed", { ...base, windowSeconds }),
    ];
  }
  return [named(proposal.access, base), named(proposal.to, { ...base, access: proposal.to })];
}
