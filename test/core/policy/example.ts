import { join } from "node:path";
import { folderAt } from "../../../client/policy/folder.ts";
import type { Agent, Resource } from "../../../functions/core/catalogue.ts";
import type { AccessName } from "../../../functions/core/kinds/names.ts";
import { type PolicyBundle, type Rule, sealBundle } from "../../../functions/core/policy/bundle.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import { decide } from "../../../functions/core/policy/decision.ts";
import { preparePolicyEngine } from "../../../functions/core/policy/engine.ts";
import { loadPolicy } from "../../../functions/core/policy/files/load.ts";

/** The example company's policy, as it is shipped. */
export const shipped: PolicyBundle = loadPolicy(folderAt(join(import.meta.dirname, "../../../policy")));

export const usual: AskContext = askContext.parse({
  ...{ windowSeconds: 600, wholeResource: true, masked: false },
  ...{ risk: 0, purposeGiven: true, workingHours: true, hour: 10, weekday: 2 },
  ...{ firstUse: false, modelChanged: false },
});
/** A Saturday morning in November 2026, when nobody is away. */
export const NOW = Date.UTC(2026, 10, 21, 9, 30);

export type AskOf = { agent: string; access: AccessName; resource: string; context?: AskContext };

export function agentOf(bundle: PolicyBundle, id: string): Agent {
  const agent = bundle.catalogue.agents.find((each) => each.id === id);
  if (!agent) throw new Error(`no agent ${id}`);
  return agent;
}

export function resourceOf(bundle: PolicyBundle, id: string): Resource {
  const resource = bundle.catalogue.resources.find((each) => each.id === id);
  if (!resource) throw new Error(`no resource ${id}`);
  return resource;
}

/** A bundle with other content and the version that belongs to it. */
export function changed(bundle: PolicyBundle, change: Partial<Omit<PolicyBundle, "version">>): PolicyBundle {
  const { version: _, ...content } = bundle;
  return sealBundle({ ...content, ...change });
}

export const withRules = (bundle: PolicyBundle, ...more: Rule[]): PolicyBundle =>
  changed(bundle, { rules: [...bundle.rules, ...more] });

/** Decides asks under one bundle, prepared once. */
export function deciderOf(bundle: PolicyBundle): (ask: AskOf) => Decision {
  const deps = { engine: preparePolicyEngine(bundle), bundle, catalogue: bundle.catalogue };
  return ({ agent, access, resource, context = usual }) =>
    decide(deps, {
      agent: agentOf(bundle, agent),
      access,
      resource: resourceOf(bundle, resource),
      context,
      at: NOW,
    });
}
