import type { Agent, Resource } from "../catalogue.ts";
import type { AccessName } from "../kinds/names.ts";
import type { Scope } from "../kinds/registry.ts";
import { type AskContext, type AskFacts, askContext } from "./context.ts";
import { type DecideDeps, type Decision, decide } from "./decision.ts";

/** A checked ask with all that is known of it; `at` is epoch ms now, when people are looked up. */
export type AskInput = {
  agent: Agent;
  resource: Resource;
  access: AccessName;
  scope?: Scope | undefined;
  facts: AskFacts;
  at: number;
};

/** The context that rules see, from the facts of an ask. Pure. */
function contextOf({ agent, resource, facts }: AskInput): AskContext {
  const { startsAt, standing, model, ...asked } = facts;
  const { lastModel, ...before } = standing;
  return askContext.parse({
    ...asked,
    ...before,
    ...(model === undefined ? {} : { model }),
    risk: 0,
    agentEnvironment: agent.environment,
    resourceEnvironment: resource.environment,
    hour: new Date(startsAt).getUTCHours(),
    weekday: new Date(startsAt).getUTCDay() || 7,
    workingHours: true,
    modelChanged: lastModel !== undefined && model !== lastModel,
  });
}

/** Decides an ask for the first time: takes the context, weighs the risk, and looks for what could be had instead. */
export function decideAsk(deps: DecideDeps, input: AskInput): Decision {
  const { agent, resource, access, at } = input;
  return decide(deps, { agent, resource, access, context: contextOf(input), at });
}
