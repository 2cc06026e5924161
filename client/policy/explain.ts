import { eligibleApprovers } from "../../functions/core/approval/eligible.ts";
import { tryCase } from "../../functions/core/policy/cases.ts";
import type { AskInput } from "../../functions/core/policy/context.ts";
import type { Decision } from "../../functions/core/policy/decided.ts";
import type { DecideDeps } from "../../functions/core/policy/decision.ts";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { loadWithCases } from "../../functions/core/policy/files/with-cases.ts";
import { durationInWords } from "../../functions/core/time.ts";
import type { Said } from "./report.ts";
import { trialWords } from "./trial-words.ts";

/** A stage in words: whom it asks, by what rule, and who of them may answer. */
function stageLines({ catalogue }: DecideDeps, { agent, at }: AskInput, plan: Decision["plan"]): string[] {
  return plan.map((stage) => {
    const may = eligibleApprovers(catalogue, agent, stage, at).map(({ id }) => id);
    const more = [
      stage.within === undefined ? [] : [`within ${durationInWords(stage.within)}`],
      stage.escalateTo === undefined ? [] : [`then also ${stage.escalateTo}`],
      stage.exclude === undefined ? [] : ["not of the agent's team"],
      stage.channel === undefined ? [] : ["signed only"],
    ].flat();
    const who = `${stage.quorum} of ${stage.group} (${may.join(", ")})`;
    return `  ${stage.stage}. ${[who, ...more].join(", ")}: ${stage.rule}`;
  });
}

/** What the rules on trial would have done, and what that comes to. */
function trialLines({ shadow }: Decision): string[] {
  if (!shadow) return [];
  const notes = shadow.notes.map(({ id, reason, ...note }) => `  ${id} ${trialWords(note)}: ${reason}`);
  return [...notes, `  with them: ${shadow.outcome}`];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines];

/** How one case is decided, and why: found by its name, or by a part that only one name has. */
export function explain(folder: PolicyFolder, name: string): Said {
  const { deps, cases } = loadWithCases(folder);
  const named = cases.filter(({ case: each }) => each.name === name);
  const found = named.length > 0 ? named : cases.filter(({ case: each }) => each.name.includes(name));
  const [one] = found;
  if (!one || found.length > 1) {
    const names = found.map(({ case: each }) => `  ${each.name}`);
    return {
      ok: false,
      lines: [one ? `${found.length} cases are called so:` : `no case is called ${name}`, ...names],
    };
  }
  const { decision, applying, wrong } = tryCase(deps, one.case, one.input);
  const { agent, resource, access } = one.input;
  const { risk, context } = decision;
  const idle = deps.bundle.rules.map(({ id }) => id).filter((id) => !applying.includes(id));
  return {
    ok: wrong.length === 0,
    lines: [
      one.case.name,
      `${agent.id} asks to ${access} ${resource.id} for ${durationInWords(context.windowSeconds)}: ${decision.outcome}`,
      ...section(
        "decided by",
        decision.rules.map(({ id, reason }) => `  ${id}: ${reason}`),
      ),
      ...section("asks", stageLines(deps, one.input, decision.plan)),
      ...section("skips", stageLines(deps, one.input, decision.breakGlass?.skipped ?? [])),
      ...section(
        `risk ${risk?.score} (${risk?.band})`,
        (risk?.factors ?? []).map(({ name: factor, points, detail }) => `  ${factor} ${points}: ${detail}`),
      ),
      ...section(
        "instead",
        (decision.alternatives ?? []).map(({ change }) => `  ${JSON.stringify(change)}`),
      ),
      ...section("on trial, decides nothing", trialLines(decision)),
      ...section("context", [`  ${JSON.stringify(context)}`]),
      ...section("does not apply", [`  ${idle.join(", ")}`]),
      ...section(
        "not as the case says",
        wrong.map((reason) => `  ${reason}`),
      ),
    ],
  };
}
