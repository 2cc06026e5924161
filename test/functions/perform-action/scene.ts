import { permitPut } from "../../../functions/aws/table/actions.ts";
import { applyStep, readGrant } from "../../../functions/aws/table/grants.ts";
import { transact } from "../../../functions/aws/table/transaction.ts";
import { type ActionType, asResource } from "../../../functions/core/actions/action-type.ts";
import { performerNamed } from "../../../functions/core/actions/performers/registry.ts";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import { approvalDigest } from "../../../functions/core/grant/digest.ts";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import { activate, claim, confirm, end, request, stop } from "../../../functions/core/grant/moves.ts";
import type { Step } from "../../../functions/core/grant/step.ts";
import { askContext } from "../../../functions/core/policy/context.ts";
import type { PerformDeps } from "../../../functions/perform-action/deps.ts";
import type { Came, Effect, Found, Stop } from "../../../functions/perform-action/effect.ts";
import { ACCOUNT } from "../../fakes/api.ts";
import { deployPolicy } from "../../fakes/policy.ts";
import { FakeTable } from "../../fakes/table.ts";

const START = Date.parse("2026-11-21T09:30:00.250Z");
const { catalogue } = deployPolicy();
export const typeOf = (id: string): ActionType => {
  const type = catalogue.actions?.find((each) => each.id === id);
  if (!type) throw new Error(`no ${id}`);
  return type;
};

/** AWS, as far as a performer sees it: what was done, and what a test wants to go wrong. */
class FakeEffect implements Effect<unknown> {
  readonly calls: unknown[] = [];
  readonly stops: unknown[] = [];
  /** What was made, by its call. */
  made = new Set<string>();
  runs = true;
  before: (() => void | Promise<void>) | undefined;
  after: (() => void | Promise<void>) | undefined;
  answer: Came = { result: "done", detail: "started" };
  unclear = false;

  readonly act = async (call: unknown): Promise<Came> => {
    await this.before?.();
    this.calls.push(call);
    // The same token: AWS knows the call again.
    if (this.answer.result === "done") this.made.add(canonicalJson(call));
    await this.after?.();
    return this.answer;
  };
  readonly look = async (call: unknown): Promise<Found> => {
    if (this.unclear) return { result: "unknown", detail: "who knows" };
    return this.made.has(canonicalJson(call)) ? { result: "done", detail: "started" } : "not_done";
  };
  readonly stop = async (call: unknown): Promise<Stop> => {
    if (!this.made.has(canonicalJson(call))) return "none";
    if (!this.runs) return "over";
    this.stops.push(call);
    this.runs = false;
    return "stopped";
  };
}

const ID = "k7m2qx4zabcd2345";
const by = { type: "broker" as const, id: "test" };

/** A grant of one action type, ACTIVE with its permit, and the function that is to perform it. */
export async function scene(typeId: string, parameters: Record<string, unknown>) {
  let clock = START;
  let ids = 0;
  const fake = new FakeTable(() => clock);
  const effect = new FakeEffect();
  const type = typeOf(typeId);
  const moment = () => ({ now: clock, by, writer: `w${++ids}` });
  const write = async (step: Step) => {
    const moved = await applyStep(fake.table, step);
    if (!moved.ok) throw new Error(moved.why);
    return moved.grant;
  };
  const {
    kind,
    arn,
    settings: own,
    environment,
    classification,
    accessRole: role,
    accesses,
  } = asResource(type);
  const access = accesses[0] ?? "perform";
  const scopeOf = { parameters: canonicalJson(parameters) };
  const windowSeconds = type.permitSeconds;
  const what = { agent: "finetune-pipeline", kind, arn, settings: own, access, scope: scopeOf };
  const asked = await write(
    request(
      {
        id: ID,
        agent: {
          ...{ id: "finetune-pipeline", key: "ft", environment, owner: "olga", team: "ml" },
          ...{ arn: "arn:aws:iam::111122223333:user/ft", uniqueId: "AIDAFT" },
        },
        resource: {
          id: type.id,
          kind,
          arn,
          ...(own ? { settings: own } : {}),
          environment,
          classification,
          role,
        },
        ...{ access, scope: scopeOf, windowSeconds, masked: false, purpose: "test" },
        digest: approvalDigest({ ...what, windowSeconds, masked: false }),
        decision: {
          ...{ outcome: "allow", policyVersion: "v", rules: [], plan: [] },
          context: askContext.parse({ windowSeconds, wholeResource: false, masked: false }),
        },
      },
      moment(),
    ),
  );
  const claimed = await write(claim(asked as GrantIn<"APPROVED">, moment()));
  await write(
    activate(claimed as GrantIn<"ACTIVATING">, { policyVersion: "v", rotateAt: undefined }, moment()),
  );
  await transact(fake.table, [permitPut(fake.table, ID, { permit: "signed", jti: "jti-1" })]);

  const deps: PerformDeps = {
    ...{
      table: fake.table,
      now: () => clock,
      newId: () => `id${String(++ids).padStart(14, "0")}`,
      log: () => {},
    },
    ...{ type, performer: performerNamed(type.performer ?? "start-tuning"), effect },
    checkPermit: async (permit) => {
      if (permit !== "signed") throw new Error("its permit is not there");
      return "jti-1";
    },
  };
  const current = async () => {
    const grant = await readGrant(fake.table, ID);
    if (!grant) throw new Error("gone");
    return grant;
  };
  return {
    ...{ deps, effect, fake, id: ID, current },
    events: () =>
      fake.events.map(({ body }) => JSON.parse(body) as { type: string; facts: { code?: string } }),
    pass: (ms: number) => {
      clock += ms;
    },
    /** As a revocation does: two moves. */
    async take(code = "revoked") {
      const stopped = await write(stop((await current()) as GrantIn<"ACTIVE">, { code }, moment()));
      await write(confirm(stopped as GrantIn<"REVOKING">, "no_session", moment()));
    },
    async end() {
      const active = (await current()) as GrantIn<"ACTIVE">;
      clock = Date.parse(active.endsAt);
      await write(end(active, moment()));
    },
  };
}
export type Scene = Awaited<ReturnType<typeof scene>>;

export const tuning = {
  service: "bedrock",
  baseModel: "amazon.nova-lite-v1:0:300k",
  modelName: "support-tone",
  trainingData: `s3://latchkey-example-training-${ACCOUNT}/support/2026/`,
  output: `s3://latchkey-example-training-${ACCOUNT}/models/`,
  role: `arn:aws:iam::${ACCOUNT}:role/latchkey-example-tuning`,
  hyperparameters: { epochCount: "2" },
};
