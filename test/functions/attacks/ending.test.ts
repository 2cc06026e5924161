import { describe, expect, it } from "vitest";
import { recordRefusal } from "../../../functions/aws/table/counted.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import { revokeBatch } from "../../../functions/revoke-access/revoke.ts";
import { type Call, evaluate, type PolicyDocument } from "../../core/kinds/evaluate.ts";
import { asked, pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const TRAINING = "latchkey-access-training-data";
const STAGING = "latchkey-access-staging-data";
const LONG = { windowSeconds: 1800 };
const released = async () => {
  const id = await routineGrant(at.world, LONG);
  await at.world.agent("finetune-pipeline").release(id);
  return id;
};
const releasedElsewhere = async () => {
  const ask = { resource: "eval-sets", access: "read", purpose: "index", ...LONG };
  const id = await asked(at.world, "rag-indexer", ask);
  await at.world.agent("rag-indexer").release(id);
  return id;
};

describe("a URL that a session has presigned", () => {
  // Whatever is in the query instead of a header, it is the session's call, judged when it comes: user id and time are of
  // that moment. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
  const fetched = (time: string, sessionName: string): Call => ({
    action: "s3:GetObject",
    resource: "arn:aws:s3:::latchkey-example-training-123456789012/support/2026/03/part-000.jsonl",
    context: {
      "aws:CurrentTime": time,
      "aws:userid": `AROAEXAMPLE:${sessionName}`,
      "aws:TokenIssueTime": "2026-11-21T09:30:00Z",
      "s3:authType": "REST-QUERY-STRING",
      "s3:signatureAge": "60000",
    },
  });
  it("works no longer than the session: refused once that is denied, and at the end of the window (A-28, I-23, I-26)", async () => {
    const id = await routineGrant(at.world, LONG);
    const [issued] = at.world.sts.issued;
    const policy = JSON.parse(issued?.policy ?? "") as PolicyDocument;
    const { sessionName = "" } = issued ?? {};
    const { endsAt } = at.world.grant(id) as { endsAt: string };
    expect(evaluate(policy, fetched("2026-11-21T09:35:00Z", sessionName))).toBe("allow");
    expect(evaluate(policy, fetched(endsAt, sessionName))).toBe("deny");
    await at.world.agent("finetune-pipeline").release(id);
    await at.world.revokeAll();
    const denials = JSON.parse(at.world.iam.documents.get(TRAINING) ?? "") as PolicyDocument;
    expect(evaluate(denials, fetched("2026-11-21T09:35:00Z", sessionName))).toBe("deny");
    expect(evaluate(denials, fetched("2026-11-21T09:35:00Z", `lk.finetune.${"a".repeat(16)}.1`))).toBe("no");
  });
});

describe("a role whose IAM does not answer", () => {
  it("keeps no other role of its batch waiting, and is handed back before the run is cut off (I-29, I-34)", async () => {
    const [hanging, other] = [await released(), await releasedElsewhere()];
    at.world.iam.before = (_what, role) => (role === TRAINING ? new Promise(() => undefined) : undefined);
    const messages = at.world.queue.messages.splice(0);
    const done = await revokeBatch({ ...at.world.deps(), patienceMs: 50 }, messages);
    expect(at.world.iam.denies(STAGING, other)).toBe(true);
    expect(at.world.iam.denies(TRAINING, hanging)).toBe(false);
    const handedBack = messages.filter(({ role }) => role === TRAINING);
    expect(done.batchItemFailures).toEqual(
      handedBack.map(({ messageId }) => ({ itemIdentifier: messageId })),
    );
  });
});

describe("a sweeper that is kept busy", () => {
  it("looks at grants however many counters of refused calls are due before them (I-20, I-42)", async () => {
    const id = await pendingGrant(at.world);
    at.world.tick(24 * 3_600_000 - 60_000);
    await at.world.sweep();
    await at.world.sweep();
    // Somebody with a name for each call, such as a federated user's.
    for (let call = 0; call < 64; call += 1) {
      const arn = `arn:aws:sts::111122223333:federated-user/name-${call}`;
      const facts = { code: "forbidden" as const, path: "POST /grants" };
      await recordRefusal(at.world.deps(), { actor: { type: "unknown", id: arn, arn }, facts });
    }
    const counters = at.world.fake.items().filter(({ entity }) => entity === "refusals");
    for (const one of new Map(counters.map((each) => [each.duePk, each])).values())
      for (let more = 0; more < 101; more += 1)
        at.world.fake.plant({ ...one, sk: `${one.sk}#${more}`, dueSk: `${one.dueSk}#${more}` });
    at.world.tick(2 * 60_000);
    await at.world.sweep();
    expect(at.world.status(id)).toBe("EXPIRED");
  });
  it("compares the deny lists within its time, however slow is what is due before (F-03, I-30, I-37)", async () => {
    const id = await released();
    await at.world.revokeAll();
    for (let index = 0; index < 8; index += 1) await pendingGrant(at.world);
    at.world.iam.edit(TRAINING, undefined);
    at.world.tick(61_000);
    const began = at.world.now();
    at.world.workflow.beforeStart = () => at.world.tick(10_000);
    let comparedAt = Number.POSITIVE_INFINITY;
    at.world.iam.before = (what, role) => {
      if (what === "get" && role === TRAINING) comparedAt = Math.min(comparedAt, at.world.now());
    };
    await at.world.sweep();
    expect(comparedAt - began).toBeLessThan(50_000);
    at.world.workflow.beforeStart = undefined;
    expect(await at.world.sweep()).toMatchObject({ failed: 0 });
    await at.world.revokeAll();
    expect(at.world.iam.denies(TRAINING, id)).toBe(true);
  });
});

describe("one item that cannot be read", () => {
  const spoil = (key: { pk: string; sk: string }) =>
    at.world.fake.plant({ ...at.world.fake.item(key), ...key, agent: 7 });
  it("on one role keeps no grant of another from being stopped by a lockdown, and is said (I-71)", async () => {
    const [unread, live] = [
      await asked(at.world, "rag-indexer", { resource: "eval-sets", access: "read", purpose: "p", ...LONG }),
      await routineGrant(at.world, LONG),
    ];
    spoil(keys.live(STAGING, unread));
    const set = await at.world.person("samira").lockDown({ type: "resource", id: "support-conversations" });
    expect(set.body).toMatchObject({ stopped: 1, complete: false });
    expect(at.world.status(live)).toBe("REVOKING");
    expect(await at.world.sweep()).toMatchObject({ failed: 2 }); // the lockdown, and the policy's first look
  });
  it("a grant's, keeps no other denial of its role from being proven (I-25)", async () => {
    const [unread, other] = [await released(), await released()];
    const whole = at.world.fake.item(keys.grant(unread)) ?? {};
    spoil(keys.grant(unread));
    await at.world.revokeAll();
    expect(at.world.status(other)).toBe("REVOKED");
    expect(at.world.iam.denies(TRAINING, unread)).toBe(true);
    at.world.fake.plant({ ...whole, ...keys.grant(unread) });
  });
});
