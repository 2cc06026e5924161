import { expect, it } from "vitest";
import type { LogCode, LogFields } from "../../../functions/core/log-events.ts";
import { NEWCOMER } from "../../../functions/core/policy/context.ts";
import { decideChecked } from "../../../functions/grants-api/decide-ask.ts";
import { deployPolicy } from "../../fakes/policy.ts";

it("a fault in what rules on trial would have done is logged, and the ask decided as it would be without", () => {
  const policy = deployPolicy();
  const agent = policy.catalogue.agents.find(({ id }) => id === "finetune-pipeline");
  const resource = policy.catalogue.resources.find(({ id }) => id === "training-manifests");
  if (!agent || !resource) throw new Error("the example has changed");
  const logged: [LogCode, LogFields | undefined][] = [];
  // What a note of it says, and no decision asks for.
  const rules = policy.bundle.rules.map((rule) =>
    rule.shadow
      ? Object.defineProperty({ ...rule }, "reason", {
          get() {
            throw new Error("spoilt");
          },
        })
      : rule,
  );
  const deps = {
    ...policy,
    bundle: { ...policy.bundle, rules },
    now: () => Date.UTC(2026, 10, 17, 9),
    log: (code: LogCode, fields?: LogFields) => void logged.push([code, fields]),
  };
  const ask = { resource, access: "read", scope: undefined, masked: false, windowSeconds: 3_600 } as const;
  const body = {
    resource: "training-manifests",
    access: "read",
    windowSeconds: 3_600,
    purpose: "Answer",
  } as const;
  const wanted = { agent, ask: { ...ask, requestedStart: undefined }, body };
  const decision = decideChecked(deps as never, wanted as never, { standing: NEWCOMER });
  expect(decision).toMatchObject({ outcome: "allow", rules: [{ id: "read-internal-for-longer" }] });
  expect(logged).toEqual([
    ["trial.failed", expect.objectContaining({ agent: agent.id, resource: resource.id, because: "spoilt" })],
  ]);
});
