// npm run bench: ratios and counts, never absolute times that a test would lean on. Over the wire only when `npm run local` is up.
import "../../client/policy/steady.ts";

import { join } from "node:path";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { folderAt } from "../../client/policy/folder.ts";
import { inPlace } from "../../functions/core/catalogue.ts";
import { sealBundle } from "../../functions/core/policy/bundle.ts";
import { askContext } from "../../functions/core/policy/context.ts";
import { decide } from "../../functions/core/policy/decision.ts";
import { preparePolicyEngine } from "../../functions/core/policy/engine.ts";
import { loadPolicy } from "../../functions/core/policy/files/load.ts";
import { ANY_SESSION, compileSessionPolicy } from "../../functions/core/session-policy.ts";
import { adminConfig } from "../../local/identities.ts";
import { readLocalJson } from "../../local/local-json.ts";
import { projectRoot } from "../../local/paths.ts";
import { readServer } from "../../local/server.ts";
import { signedClient } from "../../local/signed-client.ts";
import { paired, row } from "./measure.ts";
import { benchRecord } from "./record.ts";

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

async function overTheWire(): Promise<void> {
  const local = readLocalJson();
  const found = await readServer();
  if (!local || found.status !== "healthy")
    return console.log("(over the wire: not measured, the local AWS is not up; npm run local)");
  const call = signedClient(local, "finetune-pipeline");
  const sts = new STSClient(adminConfig(found.server));
  const usable = async () => {
    const { body } = await call("POST", "/grants", {
      resource: "support-conversations",
      access: "list",
      windowSeconds: 60,
      purpose: "bench",
    });
    const answer = await call("POST", `/grants/${body.id}/credentials`);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  };
  const RoleArn = `arn:aws:iam::${local.accountId}:role/latchkey-access-training-data`;
  const bare = () =>
    sts
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "lk.bench.control.1", ExternalId: "none" }))
      .catch(() => undefined);
  await usable();
  row("ask and collect (A) beside a bare AssumeRole call (B)", await paired(usable, bare, 15));
  row(
    "ask and collect (A) beside GET /catalogue (B)",
    await paired(usable, () => call("GET", "/catalogue"), 15),
  );
}

const { empty, real, thousand, tenThousand, resource } = decisions();
console.log(`${"".padEnd(66)} ${"A".padStart(12)} ${"B".padStart(12)}  ratio`);
row("a decision: the example policy (A) beside no rule (B)", await paired(real, empty, 500));
const at1000 = await paired(thousand, empty, 200);
const at10000 = await paired(tenThousand, empty, 50);
row("a decision: 1,000 rules (A) beside no rule (B)", at1000);
row("a decision: 10,000 rules (A) beside no rule (B)", at10000);
console.log(`  from 1,000 to 10,000 rules the median grows by × ${(at10000.a / at1000.a).toFixed(2)}`);
const whole = { kind: resource.kind, arn: resource.arn, access: "read" as const };
const keys = {
  ...whole,
  scope: { keys: Array.from({ length: 10 }, (_unused, index) => `2026/q${index}.csv`) },
};
row(
  "a session policy: ten keys (A) beside the whole resource (B)",
  await paired(
    () => compileSessionPolicy(keys, ANY_SESSION),
    () => compileSessionPolicy(whole, ANY_SESSION),
    2_000,
  ),
);
await benchRecord();
await overTheWire();
