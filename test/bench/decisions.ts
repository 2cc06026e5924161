import "../../client/policy/steady.ts";

import { join } from "node:path";
import { folderAt } from "../../client/policy/folder.ts";
import { inPlace } from "../../functions/core/catalogue.ts";
import { sealBundle } from "../../functions/core/policy/bundle.ts";
import { askContext } from "../../functions/core/policy/context.ts";
import { decide } from "../../functions/core/policy/decision.ts";
import { preparePolicyEngine } from "../../functions/core/policy/engine.ts";
import { loadPolicy } from "../../functions/core/policy/files/load.ts";
import { ANY_SESSION, compileSessionPolicy } from "../../functions/core/session-policy.ts";
import { projectRoot } from "../../local/paths.ts";
import { paired, TABLE_HEAD, tableRow } from "./measure.ts";

function decisions() {
  const bundle = loadPolicy(folderAt(join(projectRoot, "policy")));
  const catalogue = inPlace(bundle.catalogue, { accountId: "123456789012", region: "eu-west-1" });
  const agent = catalogue.agents.find((each) => each.id === "support-assistant");
  const resource = catalogue.resources.find((each) => each.id === "claims");
  if (!agent || !resource) throw new Error("the example company has changed");
  const input = {
    agent,
    resource,
    access: "read" as const,
    context: askContext.parse({ windowSeconds: 600, wholeResource: true, masked: false }),
    at: Date.UTC(2026, 10, 21, 9, 30),
  };
  const { version: _, ...content } = bundle;
  const decider = (rules: typeof bundle.rules) => {
    const other = sealBundle({ ...content, rules });
    const deps = { engine: preparePolicyEngine(other), bundle: other, catalogue };
    return () => decide(deps, input);
  };
  const [permit] = bundle.rules.filter(({ id }) => id === "read-at-home");
  if (!permit) throw new Error("no rule read-at-home");
  const more = (length: number) =>
    Array.from({ length }, (_unused, index) => ({
      ...permit,
      id: `extra-${index}`,
      text: permit.text.replace(permit.id, `extra-${index}`),
    }));
  return {
    empty: decider([]),
    real: decider(bundle.rules),
    thousand: decider(more(1_000)),
    tenThousand: decider(more(10_000)),
    resource,
  };
}

/** Decisions and session policies in this process. */
export async function benchDecisions(): Promise<string[]> {
  const { empty, real, thousand, tenThousand, resource } = decisions();
  const now = await paired(real, empty, 500);
  const at1000 = await paired(thousand, empty, 100);
  const at10000 = await paired(tenThousand, empty, 20);
  const whole = { kind: resource.kind, arn: resource.arn, access: "read" as const };
  const keys = {
    ...whole,
    scope: { keys: Array.from({ length: 10 }, (_unused, index) => `2026/q${index}.csv`) },
  };
  const policies = await paired(
    () => compileSessionPolicy(keys, ANY_SESSION),
    () => compileSessionPolicy(whole, ANY_SESSION),
    2_000,
  );
  return [
    ...TABLE_HEAD,
    tableRow("a decision by the example policy, beside one with no rule", now),
    tableRow("a decision by 1,000 rules, beside one with no rule", at1000),
    tableRow("a decision by 10,000 rules, beside one with no rule", at10000),
    tableRow("a session policy for ten keys, beside the whole resource's", policies),
    "",
    `${(1000 / now.a).toFixed(0)} decisions a second by the example policy in one process. From 1,000 to 10,000 rules the median grows by × ${(at10000.a / at1000.a).toFixed(2)}.`,
  ];
}
