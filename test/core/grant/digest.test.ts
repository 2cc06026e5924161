import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Approvable, approvalDigest } from "../../../functions/core/grant/digest.ts";
import { parseScope, type Scope, statementsOf } from "../../../functions/core/kinds/registry.ts";
import { ANY_SESSION, compileSessionPolicy } from "../../../functions/core/session-policy.ts";
import { shipped } from "../policy/example.ts";

const base: Approvable = {
  agent: "support-assistant",
  kind: "s3-prefix",
  arn: "arn:aws:s3:::data/claims/*",
  access: "read",
  scope: { prefix: "2026/" },
  windowSeconds: 1_800,
  masked: false,
};

const changes: Record<string, Partial<Approvable>> = {
  agent: { agent: "analytics-copilot" },
  "resource ARN": { arn: "arn:aws:s3:::data/claims-old/*" },
  access: { access: "list" },
  scope: { scope: { prefix: "2025/" } },
  "scope, keys for a prefix": { scope: { keys: ["2026/"] } },
  "no scope at all": { scope: undefined },
  window: { windowSeconds: 1_801 },
  masked: { masked: true },
  start: { requestedStart: "2026-11-21T10:00:00Z" },
};

describe("what an approval approves (I-03, I-19)", () => {
  it.each(Object.entries(changes))("is another thing with another %s", (_, change) => {
    expect(approvalDigest({ ...base, ...change })).not.toBe(approvalDigest(base));
  });

  it("tells two starts apart", () => {
    const [a, b] = ["2026-11-21T10:00:00Z", "2026-11-21T10:00:01Z"].map((requestedStart) =>
      approvalDigest({ ...base, requestedStart }),
    );
    expect(a).not.toBe(b);
  });

  it("does not depend on the order of keys, of values, or on repeats", () => {
    const value = fc.stringMatching(/^[a-z]{1,6}$/);
    const values = fc.uniqueArray(value, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, values, fc.infiniteStream(fc.nat()), (leadingKeys, attributes, order) => {
        const shuffled = <T>(list: T[]) =>
          [...list]
            .map((each) => ({ each, rank: order.next().value as number }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ each }) => each);
        const ask = {
          ...base,
          kind: "dynamodb-table" as const,
          arn: "arn:aws:dynamodb:eu-west-1:000000000000:table/t",
        };
        const digestOf = (scope: Record<string, unknown>) => {
          const parsed = parseScope("dynamodb-table", scope);
          if (!parsed.success) throw parsed.error;
          return approvalDigest({ ...ask, scope: parsed.data });
        };
        const one = digestOf({ leadingKeys, attributes });
        const other = digestOf({
          attributes: shuffled([...attributes, ...attributes]),
          leadingKeys: shuffled([...leadingKeys, ...leadingKeys]),
        });
        expect(other).toBe(one);
        const reversed = Object.fromEntries(Object.entries(ask).reverse()) as Approvable;
        const scope = { leadingKeys, attributes } satisfies Scope;
        expect(approvalDigest({ ...reversed, scope })).toBe(approvalDigest({ ...ask, scope }));
      }),
    );
  });

  it("holds the statements without times: the same at any end", () => {
    const ends = [ANY_SESSION.endsAt, "2026-11-21T10:00:00Z"].map((endsAt) =>
      compileSessionPolicy(base, { ...ANY_SESSION, endsAt }),
    );
    for (const compiled of ends) expect(compiled.ok && compiled.statements).toEqual(statementsOf(base));
    expect(approvalDigest(base)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("is, where rows are read masked, another thing with other rules of masking; else they change nothing", () => {
    const [one, other] = shipped.catalogue.resources.flatMap(({ masking }) => masking ?? []);
    const of = (masked: boolean, masking: Approvable["masking"]) =>
      approvalDigest({ ...base, masked, masking });
    expect(new Set([of(true, one), of(true, other), of(true, undefined)]).size).toBe(3);
    expect(new Set([of(false, one), of(false, other), of(false, undefined)]).size).toBe(1);
  });

  it("is the same in a year's time: a fixed example", () => {
    expect(approvalDigest(base)).toMatchInlineSnapshot(
      `"sha256:8be21459381c5b0dab59bd4180292434e0ce350a074e4e37206b3e00ba64a6c1"`,
    );
  });
});
