import { describe, expect, test } from "vitest";
import { DeniedError, OverError, PendingError, RejectedError } from "../../../client/errors.ts";
import { approvedWith, performedWith } from "../../../client/sdk/approved.ts";
import type { Permitted } from "../../../client/sdk/options.ts";
import { fakeBroker } from "./fake-broker.ts";

const allowed = { decides: "allow", looks: 1, faults: [] } as const;
const request = { type: "send-mass-mail", purpose: "tell customers" };
const parameters = { template: "outage", recipients: 4200, tags: ["eu"] };
type Mail = typeof parameters;
const nothing = () => undefined;

describe("requireApproval", () => {
  test("gives the callback a permit for exactly what was asked, once, and leaves the permit good when it returns", async () => {
    const { deps, rows, counts, asks } = fakeBroker({ ...allowed, decides: "approve" });
    const seen: Permitted<Mail>[] = [];
    const result = await approvedWith(
      () => deps,
      request,
      parameters,
      (permitted) => {
        seen.push(permitted);
        return "handed over";
      },
      {},
    );
    expect(result).toBe("handed over");
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ id: rows[0]?.id, parameters, audience: "mail-gateway" });
    expect(seen[0]?.permit.split(".")).toHaveLength(3);
    expect(rows[0]?.status).toBe("ACTIVE");
    expect(counts).toMatchObject({ asked: 1, released: 0, collected: 0 });
    expect(JSON.parse(asks[0]?.body ?? "")).toEqual({ ...request, parameters });
  });

  test("asks for what the parameters were when it was called, and hands out what nobody can change", async () => {
    const { deps, rows } = fakeBroker(allowed);
    const own = structuredClone(parameters);
    const done = approvedWith(
      () => deps,
      request,
      own,
      (permitted) => {
        expect(permitted.parameters).toEqual(parameters);
        expect(() => permitted.parameters.tags.push("us")).toThrow(TypeError);
      },
      {},
    );
    own.recipients = 9_000_000;
    own.tags.push("us");
    await done;
    expect(rows).toHaveLength(1);
  });

  test("does nothing with the permit of what is not what was asked", async () => {
    const { deps, live } = fakeBroker(allowed);
    let used = 0;
    const broker = {
      ...deps.broker,
      action: async (id: string) => ({
        ...(await deps.broker.action(id)),
        parametersDigest: `sha256:${"0".repeat(64)}`,
      }),
    };
    const asked = approvedWith(
      () => ({ ...deps, broker }),
      request,
      parameters,
      () => {
        used += 1;
      },
      {},
    );
    await expect(asked).rejects.toMatchObject({ kind: "failed", message: expect.stringContaining("other") });
    expect([used, live()]).toEqual([0, []]);
  });

  test("leaves no permit that could be used when the callback throws", async () => {
    const { deps, live, counts } = fakeBroker(allowed);
    const asked = approvedWith(
      () => deps,
      request,
      parameters,
      () => {
        throw new Error("the queue is full");
      },
      {},
    );
    await expect(asked).rejects.toThrow("the queue is full");
    expect([live(), counts.released]).toEqual([[], 1]);
  });

  test("leaves what was performed as it is when the callback throws after it", async () => {
    const { deps, rows, counts } = fakeBroker(allowed);
    const asked = approvedWith(
      () => deps,
      request,
      parameters,
      async ({ id, permit }) => {
        await deps.broker.redeem(id, { permit, parameters });
        throw new Error("its answer could not be read");
      },
      {},
    );
    await expect(asked).rejects.toThrow("could not be read");
    expect([rows[0]?.status, counts.released, counts.redeemed]).toEqual(["ACTIVE", 0, 1]);
  });

  test("gives the permit back when it is aborted, also while people are asked", async () => {
    for (const decides of ["allow", "never"] as const) {
      const { deps, live, rows } = fakeBroker({ ...allowed, decides });
      const stop = new AbortController();
      const asked = approvedWith(
        () => deps,
        request,
        parameters,
        () => new Promise(() => setImmediate(() => stop.abort(new Error("enough")))),
        { signal: stop.signal, onWaiting: () => stop.abort(new Error("enough")) },
      );
      await expect(asked).rejects.toThrow("enough");
      expect([live(), rows.length]).toEqual([[], 1]);
    }
  });

  test("tells one no from another, and its errors hold no permit", async () => {
    const outcome = (decides: "deny" | "reject" | "never") =>
      approvedWith(() => fakeBroker({ ...allowed, decides }).deps, request, parameters, nothing, {
        timeoutSeconds: 60,
      }).catch((error) => error);
    const denied = await outcome("deny");
    expect(denied).toBeInstanceOf(DeniedError);
    expect(denied.reasons).toEqual([{ id: "no-rule", reason: "nothing allows it" }]);
    expect(await outcome("reject")).toBeInstanceOf(RejectedError);
    const pending = await outcome("never");
    expect(pending).toBeInstanceOf(PendingError);
    expect(pending.grant).toMatchObject({ resource: "send-mass-mail", access: "perform", masked: false });
    expect(JSON.stringify(pending)).not.toContain("permit");
  });

  test.each([4, 7])("gives back what it asked for when %i answers in a row are lost", async (lost) => {
    // The first call is the look into the catalogue.
    const faults = ["none" as const, ...Array.from({ length: lost }, () => "lost_after" as const)];
    const { deps, rows, live, warnings } = fakeBroker({ ...allowed, faults });
    const asked = approvedWith(() => deps, request, parameters, nothing, {});
    await expect(asked).rejects.toMatchObject({ kind: "unavailable" });
    expect([rows.length, live(), warnings]).toEqual([1, [], []]);
  });

  test.each([
    ["a list", [1]],
    ["what JSON cannot hold", { count: 10n }],
    ["not a number", { count: Number.NaN }],
  ])("asks for nothing with %s as parameters", async (_, wrong) => {
    const { deps, asks } = fakeBroker(allowed);
    const asked = approvedWith(() => deps, request, wrong, nothing, {});
    await expect(asked).rejects.toMatchObject({ kind: "usage" });
    expect(asks).toEqual([]);
  });
});

describe("requireApproval of what Latchkey itself performs", () => {
  test("is refused before anybody is asked", async () => {
    const { deps, asks } = fakeBroker({ ...allowed, decides: "approve", performer: "start-tuning" });
    let used = 0;
    const asked = approvedWith(
      () => deps,
      request,
      parameters,
      () => {
        used += 1;
      },
      {},
    );
    await expect(asked).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("call performAction"),
    });
    expect({ asks, used }).toEqual({ asks: [], used: 0 });
  });
});

describe("performAction", () => {
  test("waits until Latchkey has performed it, and answers the action with its outcome", async () => {
    const { deps, counts } = fakeBroker({ ...allowed, decides: "approve", performer: "start-tuning" });
    const action = await performedWith(() => deps, request, parameters, {});
    expect(action).toMatchObject({ status: "ENDED", outcome: { result: "done" }, parameters });
    expect(counts.released).toBe(0);
  });

  test("says what to call for what another system performs, before anybody is asked", async () => {
    const { deps, asks } = fakeBroker(allowed);
    const asked = performedWith(() => deps, request, parameters, {});
    await expect(asked).rejects.toMatchObject({ kind: "usage" });
    expect(asks).toEqual([]);
  });

  test("throws why one that was stopped was not performed", async () => {
    const { deps, end, rows } = fakeBroker({ ...allowed, performer: "start-tuning", looks: 3 });
    const pause = async (ms: number, signal?: AbortSignal) => {
      if (rows[0]) end(rows[0].id);
      await deps.pause(ms, signal);
    };
    const asked = performedWith(() => ({ ...deps, pause }), request, parameters, {});
    await expect(asked).rejects.toBeInstanceOf(OverError);
  });
});
