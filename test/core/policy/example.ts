import { join } from "node:path";
import type { Agent, Resource } from "../../../functions/core/catalogue.ts";
import type { AccessName } from "../../../functions/core/kinds/names.ts";
import { type PolicyBundle, type Rule, sealBundle } from "../../../functions/core/policy/bundle.ts";
import { type Decision, decide } from "../../../functions/core/policy/decision.ts";
import { type AskContext, preparePolicyEngine } from "../../../functions/core/policy/engine.ts";
import { loadPolicy } from "../../../infra/policy/load.ts";

/** The example company's policy, as it is shipped. */
export const shipped: PolicyBundle = loadPolicy(join(import.meta.dirname, "../../../policy"));

export const usual: AskContext = { windowSeconds: 600, wholeResource: true, masked: false };

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
    decide(deps, { agent: agentOf(bundle, agent), access, resource: resourceOf(bundle, resource), context });
}
