import type { Policy } from "../../functions/aws/policy.ts";
import { inPlace } from "../../functions/core/catalogue.ts";
import { type PolicyBundle, sealBundle } from "../../functions/core/policy/bundle.ts";
import { type PolicyEngine, preparePolicyEngine } from "../../functions/core/policy/engine.ts";
import { ACCOUNT } from "./api.ts";
import { examplePolicy } from "./example-policy.ts";

const example = examplePolicy();
const engines = new Map<string, PolicyEngine>();

export type Edit = (bundle: PolicyBundle) => void;
export type Deployed = Policy & { engine: PolicyEngine };
const asItIs: Edit = () => undefined;
// An edit makes the same of the same each time, and tests that try every fault deploy one some thousand times.
const deployed = new WeakMap<Edit, Deployed>();

/** The repository's own policy, or an edit of it, as a function that was deployed with it has it. */
export function deployPolicy(edit: Edit = asItIs): Deployed {
  const policy = deployed.get(edit) ?? edited(edit);
  deployed.set(edit, policy);
  return policy;
}

function edited(edit: Edit): Deployed {
  const { version: _, ...content } = structuredClone(example);
  edit(content as PolicyBundle);
  return made(sealBundle(content));
}

function made(bundle: PolicyBundle): Deployed {
  const engine = engines.get(bundle.version) ?? preparePolicyEngine(bundle);
  engines.set(bundle.version, engine);
  return {
    bundle,
    engine,
    catalogue: inPlace(bundle.catalogue, { accountId: ACCOUNT, region: "us-east-1" }),
  };
}

/** Edits one entry of a list by its id. */
export function edit<T extends { id: string }>(list: T[], id: string, change: (entry: T) => void): void {
  const found = list.find((each) => each.id === id);
  if (!found) throw new Error(`no ${id}`);
  change(found);
}

type Obligation = NonNullable<PolicyBundle["rules"][number]["obligation"]>;
/** Changes what a rule demands. */
export const demand =
  (rule: string, change: Partial<Obligation>): Edit =>
  (bundle) =>
    edit(bundle.rules, rule, (each) => {
      if (!each.obligation) throw new Error(`${rule} demands nothing`);
      Object.assign(each.obligation, change);
    });

/** Gives people an IAM user each, as those of the catalogue have one who use the signed API. */
export const withIdentities =
  (...people: string[]): Edit =>
  (bundle) => {
    for (const id of people)
      edit(bundle.catalogue.people, id, (person) => {
        person.principal = `arn:aws:iam::{account}:user/latchkey-example-${id}`;
      });
  };

/** Windows of up to 12 hours on what the fine-tuning pipeline reads. */
export const longWindows: Edit = (bundle) => {
  edit(bundle.catalogue.resources, "support-conversations", (resource) => {
    resource.maxWindowSeconds = 43_200;
  });
  edit(bundle.rules, "read-internal-for-longer", (rule) => {
    rule.maxWindowSeconds = 43_200;
  });
};

/** Several edits, one after the other. */
export const all =
  (...edits: Edit[]): Edit =>
  (bundle) => {
    for (const each of edits) each(bundle);
  };
