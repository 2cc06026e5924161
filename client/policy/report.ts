import { decideOnce } from "../../functions/core/policy/ask.ts";
import { applyingRules, riskFaults, tryCase } from "../../functions/core/policy/cases.ts";
import type { PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { problemText } from "../../functions/core/policy/files/problem.ts";
import { loadWithCases } from "../../functions/core/policy/files/with-cases.ts";

/** What a command found: whether all is right, and what to print. */
export type Said = { ok: boolean; lines: string[] };

/** That the policy can be loaded, what it holds, and what is unwise in it. */
export function checkPolicy(folder: PolicyFolder): Said {
  const { deps, cases, riskCases, warnings } = loadWithCases(folder);
  const { agents, people, resources } = deps.catalogue;
  const { rules } = deps.bundle;
  const onTrial = rules.filter(({ shadow }) => shadow).length;
  return {
    ok: true,
    lines: [
      ...warnings.map((line) => `warning: ${line}`),
      `policy ${deps.bundle.version}`,
      `${rules.length} rules${onTrial === 0 ? "" : ` (${onTrial} on trial)`} for ${agents.length} agents, ${people.length} people and ` +
        `${resources.length} resources; ${cases.length} cases and ${riskCases.length} of risk`,
    ],
  };
}

/** Every case that does not come out as it says, with its place and the rules that decided. */
export function testPolicy(folder: PolicyFolder): Said {
  const { deps, cases, riskCases } = loadWithCases(folder);
  const failed = cases.flatMap(({ case: each, input, problem }) => {
    const { decision, wrong } = tryCase(deps, each, input);
    const decided = `decided by ${decision.rules.map(({ id }) => id).join(", ")}`;
    return wrong.map((reason) => problemText(problem(`${reason} (${decided})`)));
  });
  const misjudged = riskCases.flatMap(({ case: each, input, problem }) =>
    riskFaults(deps, each, input).map((reason) => problemText(problem(reason))),
  );
  const wrong = [...failed, ...misjudged];
  const total = `${cases.length} cases and ${riskCases.length} of risk`;
  return {
    ok: wrong.length === 0,
    lines: [
      ...wrong,
      wrong.length === 0
        ? `${total}: all as they say`
        : `${total}: ${wrong.length} ${wrong.length === 1 ? "fault" : "faults"}`,
    ],
  };
}

/** For each rule, how many cases it applies in and how many say that it does not. None of either is a gap. */
export function coverage(folder: PolicyFolder): Said {
  const { deps, cases } = loadWithCases(folder);
  const applied = cases.map(({ case: each, input }) =>
    applyingRules(deps, input, decideOnce(deps, input, each.context)),
  );
  const counts = deps.bundle.rules.map(({ id, shadow }) => ({
    ...{ id, shadow },
    forIt: applied.filter((rules) => rules.includes(id)).length,
    against: cases.filter(({ case: each }) => each.not.includes(id)).length,
  }));
  const width = Math.max(...counts.map(({ id }) => id.length));
  const row = (id: string, forIt: string | number, against: string | number, note = "") =>
    `${id.padEnd(width)}  ${String(forIt).padStart(4)}  ${String(against).padStart(7)}${note}`;
  const gaps = counts.filter(({ forIt, against }) => forIt === 0 || against === 0);
  return {
    ok: gaps.length === 0,
    lines: [
      row("rule", "for", "against"),
      ...counts.map((each) => {
        const notes = [each.shadow ? "  on trial" : "", gaps.includes(each) ? "  gap" : ""].join("");
        return row(each.id, each.forIt, each.against, notes);
      }),
      `${counts.length} rules, ${gaps.length === 0 ? "each with cases for and against" : `${gaps.length} with a gap`}`,
    ],
  };
}
