import { describe, expect, it } from "vitest";
import { denyPut } from "../../../functions/aws/table/roles.ts";
import { transact } from "../../../functions/aws/table/transaction.ts";
import { revokeBatch } from "../../../functions/revoke-access/revoke.ts";
import { timedOut } from "../../fakes/faults.ts";
import { asked, movesTo, once, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const ROLE = "latchkey-access-training-data";
const owner = () => at.world.agent("finetune-pipeline");
const LONG = { windowSeconds: 600 };
const document = () => JSON.parse(at.world.iam.documents.get(ROLE) ?? "{}");
const denied = async () => {
  const id = await routineGrant(at.world, LONG);
  await owner().release(id);
  return id;
};

describe("writing a role's deny list", () => {
  it("renders it from the table, one pattern a grant, and REVOKED is said after probing (I-25)", async () => {
    const ids = [await denied(), await denied()];
    await at.world.revokeAll();
    expect(document().Statement).toEqual([
      {
        Sid: expect.stringMatching(/^Render\d+$/),
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { StringLike: { "aws:userid": ids.map((id) => `*.${id}.*`) } },
      },
    ]);
    for (const id of ids) expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });
  it("is written before it is said: still REVOKING while IAM is asked (I-24, I-46)", async () => {
    const id = await denied();
    at.world.iam.before = () => expect(at.world.status(id)).toBe("REVOKING");
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it("does not say REVOKED when IAM has another document (I-25)", async () => {
    const id = await denied();
    at.world.iam.after = (what) =>
      what === "put" && at.world.iam.documents.set(ROLE, '{"Version":"2012-10-17","Statement":[]}');
    expect(await at.world.revokeAll()).toHaveLength(1);
    expect(at.world.status(id)).toBe("REVOKING");
    at.world.iam.after = undefined;
    expect(await at.world.revokeAll()).toEqual([]);
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it.each(["put", "get"] as const)(
    "hands the message back while IAM does not answer to %s, and drops nothing",
    async (what) => {
      const id = await denied();
      at.world.iam.before = (asked) => {
        if (asked === what) throw timedOut("IAM");
      };
      expect(await at.world.revokeAll()).toHaveLength(1);
      expect(at.world.status(id)).toBe("REVOKING");
      at.world.iam.before = undefined;
      await at.world.revokeAll();
      expect(at.world.status(id)).toBe("REVOKED");
    },
  );
  it("settles a put whose answer was lost in the same run: the next delivery is minutes away (F-25, I-30)", async () => {
    const id = await denied();
    at.world.iam.after = once(
      () => true,
      () => {
        throw timedOut("IAM");
      },
    ) as never;
    expect(await at.world.revokeAll()).toEqual([]);
    expect(at.world.status(id)).toBe("REVOKED");
    expect(at.world.lines.filter(({ code }) => code === "deny.again")).toHaveLength(1);
  });
  it("hands back what IAM refuses for longer than a run", async () => {
    const id = await denied();
    at.world.iam.before = () => {
      throw timedOut("IAM");
    };
    expect(await at.world.revokeAll()).toHaveLength(1);
    expect(at.world.status(id)).toBe("REVOKING");
    at.world.iam.before = undefined;
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
  it("is idempotent: delivered again it confirms nothing twice (I-31, I-47)", async () => {
    const id = await denied();
    const [message] = at.world.queue.messages;
    await at.world.revokeAll();
    const { version } = at.world.grant(id);
    if (message) at.world.queue.messages.push(message);
    await at.world.revokeAll();
    expect(at.world.grant(id).version).toBe(version);
    expect(at.world.iam.denies(ROLE, id)).toBe(true);
  });
});

describe("other grants on the role (I-26, I-27)", () => {
  it("live ones are not in the list, earlier denials stay in it", async () => {
    const first = await denied();
    await at.world.revokeAll();
    const live = await routineGrant(at.world, LONG);
    const second = await denied();
    await at.world.revokeAll();
    expect([first, second, live].map((id) => at.world.iam.denies(ROLE, id))).toEqual([true, true, false]);
    expect((await owner().collect(live)).status).toBe(200);
  });
  it("another role's list is not touched", async () => {
    const id = await denied();
    const other = await asked(at.world, "rag-indexer", {
      resource: "eval-sets",
      access: "read",
      windowSeconds: 600,
      purpose: "p",
    });
    await at.world.agent("rag-indexer").release(other);
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-staging-data", id)).toBe(false);
    expect(at.world.iam.documents.size).toBe(2);
  });
});

describe("how long an entry stays (I-28)", () => {
  it("until the grant's end plus the margin, then the list and the entry go", async () => {
    const id = await denied();
    await at.world.revokeAll();
    at.world.tick(600_000 + 270_000);
    await at.world.sweep();
    at.world.queue.messages.push({ messageId: "early", role: ROLE });
    await at.world.revokeAll();
    expect(at.world.iam.denies(ROLE, id)).toBe(true);
    at.world.tick(61_000);
    await at.world.sweep();
    at.world.tick(61_000);
    await at.world.sweep();
    await at.world.revokeAll();
    expect(at.world.iam.documents.has(ROLE)).toBe(false);
    expect(at.world.fake.items().filter(({ entity }) => entity === "deny")).toEqual([]);
  });
  it("is decided by each entry's own grant", async () => {
    const short = await routineGrant(at.world);
    await owner().release(short);
    const long = await denied();
    await at.world.revokeAll();
    at.world.tick(60_000 + 300_000);
    at.world.queue.messages.push({ messageId: "again", role: ROLE });
    await at.world.revokeAll();
    expect([at.world.iam.denies(ROLE, short), at.world.iam.denies(ROLE, long)]).toEqual([false, true]);
  });
});

describe("a batch", () => {
  it("hands back the messages of a role that failed, in order, and no other role's (F-06, A-33)", async () => {
    const deps = at.world.deps();
    at.world.iam.before = (_asked, role) => {
      if (role === "broken") throw timedOut("IAM");
    };
    await denied();
    const entry = { grantId: "aaaaaaaaaaaaaaaz", endsAt: "2999-01-01T00:00:00Z", role: "broken" };
    await transact(deps.table, [denyPut(deps.table, entry)]);
    const handed = await revokeBatch(deps, [
      { messageId: "1", role: "broken" },
      { messageId: "2", role: ROLE },
      { messageId: "3", role: "broken" },
      { messageId: "4", role: undefined },
      { messageId: "5", role: ROLE },
    ]);
    expect(handed.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["1", "3", "4"]);
  });
  it("follows a grant that was closed meanwhile", async () => {
    const id = await denied();
    at.world.fake.before = once(movesTo("REVOKED"), async () => {
      at.world.tick(600_000);
      await at.world.end(id);
    });
    expect(await at.world.revokeAll()).toEqual([]);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "expired" });
  });
});

describe("writers that meet (I-29)", () => {
  const message = { messageId: "other", role: ROLE };

  it("one that read before an entry was there, and puts after it, notices the later number and writes again (A-31)", async () => {
    const first = await denied();
    let second = "";
    // The first run has read the table and is about to put, when another entry comes and is written by another run.
    at.world.iam.before = once(
      () => true,
      async () => {
        second = await denied();
        at.world.queue.messages.pop();
        expect(await revokeBatch(at.world.deps(), [message])).toEqual({ batchItemFailures: [] });
        expect(at.world.iam.denies(ROLE, second)).toBe(true);
      },
    ) as never;
    const gets: string[] = [];
    at.world.iam.after = (what) => gets.push(what);
    await at.world.writeDenials();
    expect([first, second].map((id) => at.world.iam.denies(ROLE, id))).toEqual([true, true]);
  });

  it("a put that takes effect only after a later one does not have the last word", async () => {
    const first = await denied();
    let late: (() => void) | undefined;
    at.world.iam.after = once(
      () => true,
      async () => {
        // The late writer's document lands once more, after another run has written a longer list.
        const old = at.world.iam.documents.get(ROLE);
        const second = await denied();
        at.world.queue.messages.pop();
        await revokeBatch(at.world.deps(), [message]);
        late = () => expect(at.world.iam.denies(ROLE, second)).toBe(true);
        at.world.iam.edit(ROLE, old);
        expect(at.world.iam.denies(ROLE, second)).toBe(false);
      },
    ) as never;
    await at.world.writeDenials();
    expect(at.world.iam.denies(ROLE, first)).toBe(true);
    late?.();
    expect(late).toBeDefined();
  });

  it("who reads back another's later list does not go by its own: it reads the table again", async () => {
    const id = await denied();
    const other =
      '{"Version":"2012-10-17","Statement":[{"Sid":"Render900","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:userid":["*.aaaaaaaaaaaaaaaz.*"]}}}]}';
    at.world.iam.after = once(
      () => true,
      () => at.world.iam.edit(ROLE, other),
    ) as never;
    expect(await at.world.writeDenials()).toEqual([]);
    expect(at.world.iam.denies(ROLE, id)).toBe(true);
    expect(at.world.probes.waiting.map(({ message }) => message.grantId)).toEqual([id]);
  });

  it("gives the order back while somebody overwrites it each time, and hands nothing to the prover", async () => {
    const id = await denied();
    at.world.iam.after = (what) => {
      if (what === "put") at.world.iam.edit(ROLE, '{"Version":"2012-10-17","Statement":[]}');
    };
    expect(await at.world.writeDenials()).toHaveLength(1);
    expect(at.world.probes.waiting).toEqual([]);
    expect(at.world.status(id)).toBe("REVOKING");
    at.world.iam.after = undefined;
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
  });
});

describe("handing over to the prover (I-25)", () => {
  it("gives each grant once, however often its role is written, and again when its message was lost", async () => {
    const id = await denied();
    await at.world.writeDenials();
    for (let times = 0; times < 5; times += 1) {
      at.world.queue.messages.push({ messageId: `again${times}`, role: ROLE });
      await at.world.writeDenials();
    }
    expect(at.world.probes.waiting).toHaveLength(1);
    at.world.probes.waiting.length = 0;
    const endsAt = Date.parse((at.world.grant(id) as { endsAt: string }).endsAt);
    expect(endsAt - at.world.now()).toBeLessThan(20 * 60_000);
    const long = await routineGrant(at.world, { windowSeconds: 3_600 });
    await owner().release(long);
    await at.world.writeDenials();
    at.world.probes.waiting.length = 0;
    for (let minute = 0; minute < 22; minute += 1) {
      at.world.tick(60_000);
      await at.world.sweep();
      await at.world.writeDenials();
    }
    expect(at.world.probes.waiting.map(({ message }) => message.grantId)).toEqual([long]);
    await at.world.revokeAll();
    expect(at.world.status(long)).toBe("REVOKED");
  });

  it("writes IAM once for a batch of orders, and not at all for what IAM has already", async () => {
    await denied();
    await denied();
    at.world.queue.messages.push({ messageId: "x", role: ROLE }, { messageId: "y", role: ROLE });
    await at.world.writeDenials();
    expect(at.world.iam.puts).toHaveLength(1);
    at.world.queue.messages.push({ messageId: "z", role: ROLE });
    await at.world.writeDenials();
    expect(at.world.iam.puts).toHaveLength(1);
  });

  it("keeps the order when the prover's queue does not answer", async () => {
    const id = await denied();
    at.world.probes.before = (what) => {
      if (what === "queue") throw timedOut("SQS");
    };
    expect(await at.world.writeDenials()).toHaveLength(1);
    at.world.probes.before = undefined;
    await at.world.revokeAll();
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "probed" });
  });
});
