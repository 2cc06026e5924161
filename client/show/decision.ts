import type { AskBody, DecisionView } from "../../functions/core/api/schemas.ts";
import type { Alternative } from "../../functions/core/policy/decided.ts";
import { told } from "../exit.ts";
import type { BrokerOptions } from "../options.ts";
import { requestCommand } from "./command.ts";

type Reason = { id: string; reason: string };

export const reasonLines = (reasons: readonly Reason[]): string[] =>
  reasons.map(({ id, reason }) => `  ${reason} (${id})`);

/** Smaller asks that would pass now, each as a command that can be pasted. */
export function alternativeLines(
  alternatives: readonly Alternative[] | undefined,
  body: AskBody,
  where: BrokerOptions,
): string[] {
  if (!alternatives?.length) return [];
  const commands = alternatives.map(({ change }) =>
    requestCommand({ ...body, ...(change as Partial<AskBody>) }, where),
  );
  return ["This would pass at once:", ...commands.map((command) => `  ${command}`)];
}

const OUTCOMES: Record<DecisionView["outcome"], string> = {
  allow: "It would be granted at once.",
  needs_approval: "People would be asked:",
  deny: "It would be denied:",
};

/** A dry run's decision, for people. */
export function decisionLines(decision: DecisionView, body: AskBody, where: BrokerOptions): string {
  const { outcome, rules, plan, risk, alternatives } = decision;
  const stages = plan.map(
    ({ stage, quorum, group, reason }) => `  stage ${stage}: ${quorum} of ${group}: ${reason}`,
  );
  const lines = [
    OUTCOMES[outcome],
    ...stages,
    ...(outcome === "needs_approval" ? [] : reasonLines(rules)),
    ...(risk ? [`risk ${risk.score} (${risk.band})`] : []),
    ...alternativeLines(alternatives, body, where),
  ];
  return `${lines.map((line) => told(line).replaceAll("\n", " ")).join("\n")}\n`;
}
