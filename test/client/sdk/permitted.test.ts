import { describe, expect, test } from "vitest";
import { RefusedError } from "../../../client/errors.ts";
import { approvedWith } from "../../../client/sdk/approved.ts";
import { ActionFailedError, performedBy } from "../../../client/sdk/permitted.ts";
import { type Fault, fakeBroker, permitOf } from "./fake-broker.ts";

const type = "send-mass-mail";
const parameters = { template: "outage", recipients: 4200 };

/** A permit that was handed over, with the world that it is of. */
async function handedOver(faults: readonly Fault[] = []) {
  const fake = fakeBroker({ decides: "allow", looks: 0, faults: [] });
  const permit = await approvedWith(
    () => fake.deps,
    { type, purpose: "test" },
    parameters,
    (permitted) => permitted.permit,
    {},
  );
  let nth = 0;
  const lossy = async (...[url, init]: Parameters<typeof fetch>): Promise<Response> => {
    const answer = await fake.fetch(url as URL, init);
    if (faults[nth++] === "lost_after") throw new TypeError("fetch failed");
    return answer;
  };
  return { ...fake, deps: fake.over(lossy), handed: { type, permit, parameters } };
}

describe("performPermitted", () => {
  test("redeems, performs once with what was redeemed, and reports that it was done", async () => {
    const { deps, handed, rows, counts } = await handedOver();
    const sent = await performedBy(deps, handed, ({ recipients }, redeemed) => [recipients, redeemed.agent], {
      detail: ([count]) => `${count} mails queued`,
    });
    expect(sent).toEqual([4200, "tester"]);
    expect(counts.redeemed).toBe(1);
    expect(rows[0]?.outcome).toEqual({ result: "done", detail: "4200 mails queued" });
  });

  test("performs nothing at a second use", async () => {
    const { deps, handed, counts } = await handedOver();
    let sent = 0;
    const perform = () => {
      sent += 1;
    };
    await performedBy(deps, handed, perform, {});
    const again = performedBy(deps, handed, perform, {});
    await expect(again).rejects.toMatchObject({ kind: "conflict", code: "permit_used" });
    expect([sent, counts.redeemed]).toEqual([1, 1]);
  });

  test("32 at once: one performs, and the others are told that it was used", async () => {
    const { deps, handed, counts } = await handedOver();
    let sent = 0;
    const perform = async () => {
      await Promise.resolve();
      sent += 1;
    };
    const all = await Promise.allSettled(
      Array.from({ length: 32 }, () => performedBy(deps, handed, perform, {})),
    );
    const refused = all.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect([sent, counts.redeemed, refused.length]).toEqual([1, 1, 31]);
    expect(new Set(refused.map(({ code }: RefusedError) => code))).toEqual(new Set(["permit_used"]));
  });

  test("a lost answer is asked for again under the same key: it is the same redemption, and performs once", async () => {
    const { deps, handed, counts } = await handedOver(["lost_after", "lost_after"]);
    let sent = 0;
    await performedBy(
      deps,
      handed,
      () => {
        sent += 1;
      },
      {},
    );
    expect([sent, counts.redeemed]).toEqual([1, 1]);
  });

  test("performs nothing where no answer to the redemption was heard", async () => {
    const { deps, handed, rows } = await handedOver(Array.from({ length: 4 }, () => "lost_after" as const));
    let sent = 0;
    const performed = performedBy(
      deps,
      handed,
      () => {
        sent += 1;
      },
      {},
    );
    await expect(performed).rejects.toMatchObject({ kind: "unavailable", unheard: true });
    // Nor does it say what came of it: another of its kind may have redeemed it, and be at work.
    expect([sent, rows[0]?.outcome]).toEqual([0, undefined]);
  });

  test("says of an error that nobody knows what came of it, and puts none of its words on record", async () => {
    const { deps, handed, rows } = await handedOver();
    const performed = performedBy(
      deps,
      handed,
      () => {
        throw new Error("timeout of https://user:secret@gateway");
      },
      {},
    );
    await expect(performed).rejects.toThrow("timeout");
    expect(rows[0]?.outcome).toEqual({ result: "unknown" });
  });

  test("says that it failed where what performs it says so", async () => {
    const { deps, handed, rows } = await handedOver();
    const performed = performedBy(
      deps,
      handed,
      () => {
        throw new ActionFailedError(`no such template ${"x".repeat(600)}`);
      },
      {},
    );
    await expect(performed).rejects.toBeInstanceOf(ActionFailedError);
    expect(rows[0]?.outcome).toMatchObject({ result: "failed" });
    expect(rows[0]?.outcome?.detail).toHaveLength(500);
  });

  test("returns what was done although its outcome could not be reported", async () => {
    const { deps, handed, warnings } = await handedOver();
    const broker = {
      ...deps.broker,
      outcome: () => Promise.reject(new RefusedError("refused", "Not now.", "internal")),
    };
    expect(await performedBy({ ...deps, broker }, handed, () => "sent", {})).toBe("sent");
    expect(warnings).toEqual([expect.stringContaining("(done) could not be reported: Not now.")]);
  });

  test.each([
    ["other parameters", { parameters: { ...parameters, recipients: 1 } }, "permit_mismatch"],
    ["a permit of another action type", { type: "pay-claim" }, undefined],
    ["what is no permit", { permit: "a.b.c" }, undefined],
    ["a permit of no grant", { permit: permitOf("../../lockdowns", type) }, undefined],
  ])("performs nothing with %s", async (_, change, code) => {
    const { deps, handed, counts } = await handedOver();
    let sent = 0;
    const performed = performedBy(
      deps,
      { ...handed, ...change },
      () => {
        sent += 1;
      },
      {},
    );
    await expect(performed).rejects.toMatchObject(code ? { code } : { name: "LatchkeyError" });
    expect([sent, counts.redeemed]).toEqual([0, 0]);
  });
});
