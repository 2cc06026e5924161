import { describe, expect, test } from "vitest";
import type { Mail } from "../../../functions/aws/mailer.ts";
import {
  digestFile,
  openStatement,
  publicKeyOf,
  statementHash,
} from "../../../functions/core/audit/digest.ts";
import { addressWitness, bucketWitness } from "../../../functions/sign-digest/witnesses.ts";
import { FakeAuditBucket } from "../../fakes/audit-bucket.ts";
import { timedOut } from "../../fakes/faults.ts";
import { HOUR, RECORD, Scene } from "./scene.ts";

/** A scene whose digests are witnessed by a bucket and an address, each of which can be down. */
function witnessed() {
  const scene = new Scene();
  const elsewhere = new FakeAuditBucket(scene.world.now);
  const mails: Mail[] = [];
  const down = { bucket: false, address: false };
  const witnesses = [
    bucketWitness(async (key, bytes) => {
      if (down.bucket) throw timedOut("the other account");
      return elsewhere.put(key, bytes);
    }),
    addressWitness(async (mail) => {
      if (down.address) throw timedOut("SES");
      mails.push(mail);
    }, "auditor@elsewhere.example"),
  ];
  const sign = () => scene.sign({ witnesses });
  return { scene, elsewhere, mails, down, sign };
}

describe("a witness (I-50)", () => {
  test("of another account has each digest as it was signed, under the record's name", async () => {
    const { scene, elsewhere, sign } = witnessed();
    await scene.untilTenPast();
    await sign();
    const [key = ""] = scene.digests();
    expect(elsewhere.keys()).toEqual([`${RECORD}/${key}`]);
    expect(elsewhere.text(`${RECORD}/${key}`)).toBe(scene.bucket.text(key));
    expect(digestFile.safeParse(JSON.parse(elsewhere.text(`${RECORD}/${key}`))).success).toBe(true);
  });

  test("by mail has the signed statement and its hash", async () => {
    const { scene, mails, sign } = witnessed();
    await scene.untilTenPast();
    await sign();
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      ["auditor@elsewhere.example", "Latchkey digest 1: 2026-11-21 09:00 UTC"],
    ]);
    const [jws = ""] = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/m.exec(mails[0]?.text ?? "") ?? [];
    const opened = openStatement(jws, [publicKeyOf(await scene.signer.publicPem())]);
    expect(opened.ok && mails[0]?.text.includes(statementHash(opened.statement))).toBe(true);
    expect(mails[0]?.html).toContain(jws);
  });

  test("that is down keeps nothing from being signed, rings, and gets all that it missed, once and in order", async () => {
    const { scene, mails, elsewhere, down, sign } = witnessed();
    await scene.untilTenPast();
    await sign();
    down.address = true;
    for (let hour = 0; hour < 3; hour += 1) {
      await scene.untilTenPast();
      expect(await sign()).toEqual({ signed: 1, left: 0 });
    }
    expect(scene.lines("digest.not_witnessed")).toHaveLength(3);
    expect(scene.lines("digest.not_witnessed")[0]).toMatchObject({ witness: "ADDRESS" });
    expect(elsewhere.keys()).toHaveLength(4);
    expect(mails).toHaveLength(1);
    down.address = false;
    await sign();
    await sign();
    expect(mails.map(({ subject }) => subject.slice(16, 17))).toEqual(["1", "2", "3", "4"]);
  });

  test("that is named later begins with the newest, which speaks for those before it", async () => {
    const { scene, mails, sign } = witnessed();
    await scene.world.advance(30 * HOUR);
    await scene.sign();
    await sign();
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain(String((await scene.files()).length));
  });

  test("is told nothing of a chain that does not hold", async () => {
    const { scene, mails, sign } = witnessed();
    await scene.untilTenPast();
    await sign();
    scene.bucket.remove(({ key }) => key.startsWith("digests/dt="));
    await scene.untilTenPast();
    expect((await sign()).broken).toBe("gone");
    expect(mails).toHaveLength(1);
  });
});
