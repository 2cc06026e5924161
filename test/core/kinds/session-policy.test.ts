import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessNames } from "../../../functions/core/kinds/names.ts";
import { type Ask, offersAccess, parseScope } from "../../../functions/core/kinds/registry.ts";
import {
  ANY_END,
  compileSessionPolicy,
  MAX_POLICY_CHARACTERS,
} from "../../../functions/core/session-policy.ts";
import { type Call, evaluate, type PolicyDocument } from "./evaluate.ts";
import { ENDS_AT, never, probes } from "./probes.cases.ts";
import { compiled, DYNAMO, S3 } from "./statements.cases.ts";

function policyOf(ask: Ask, endsAt = ENDS_AT): PolicyDocument {
  const made = compileSessionPolicy(ask, endsAt);
  if (!made.ok) throw new Error("too large");
  return JSON.parse(made.policy);
}
const at = (call: Call, time: string): Call => ({
  ...call,
  context: { ...call.context, "aws:CurrentTime": time },
});
const IN_TIME = "2026-11-21T09:59:59Z";

const rows = probes.map((row) => ({
  ...row,
  name: `${row.ask.access} ${JSON.stringify(row.ask.scope ?? "all")}`,
}));

describe.each(rows)("a session of $ask.kind, $name", ({ ask, allowed, refused }) => {
  const policy = policyOf(ask);

  it.each(allowed)("may $action on $resource with $context (I-03)", (call) => {
    expect(evaluate(policy, at(call, IN_TIME))).toBe("allow");
  });

  it.each(refused)("may not $action on $resource with $context (I-03)", (call) => {
    expect(evaluate(policy, at(call, IN_TIME))).not.toBe("allow");
  });

  it.each(never)("is denied $action even where a resource policy allows it (I-36)", (call) => {
    expect(evaluate(policy, at(call, IN_TIME))).toBe("deny");
  });

  it.each([ENDS_AT, "2026-11-21T10:00:00.001Z", "2027-01-01T00:00:00Z"])(
    "is denied everything at %s: its end, and after (I-23)",
    (time) => {
      for (const call of [...allowed, ...refused, ...never])
        expect(evaluate(policy, at(call, time))).toBe("deny");
    },
  );
});

// Scopes from tiny to far too large.
const words = (most: number) =>
  fc
    .tuple(fc.constantFrom(most, most / 2, 4, 1), fc.constantFrom(60, 100, 30, 2))
    .map(([many, length]) => Array.from({ length: many }, (_, index) => `${index}`.padStart(length, "k")));
const asks = fc
  .oneof(
    fc
      .record({ prefix: fc.integer({ min: 1, max: 512 }).map((length) => "p".repeat(length)) })
      .map((scope) => ({ ...S3, scope })),
    fc.record({ keys: words(20) }).map((scope) => ({ ...S3, scope })),
    fc
      .record({
        leadingKeys: words(20),
        attributes: words(30).map((names) => names.map((name) => `a${name}`.slice(0, 64))),
      })
      .map((scope) => ({ ...DYNAMO, scope })),
  )
  .chain((ask) => fc.record({ ask: fc.constant(ask), access: fc.constantFrom(...accessNames) }))
  .filter(({ ask, access }) => offersAccess(ask.kind, access))
  .map(({ ask, access }): Ask => ({ ...ask, access, scope: parseScope(ask.kind, ask.scope).data }));

describe("a session policy", () => {
  it("always has the two Denies: of all at the end, and of all but its own actions (I-23, I-36)", () => {
    for (const { ask, statements } of compiled) {
      const actions = [...new Set(statements.flatMap(({ Action }) => Action ?? []))].sort();
      expect(policyOf(ask)).toEqual({
        Version: "2012-10-17",
        Statement: [
          ...statements,
          {
            Effect: "Deny",
            Action: "*",
            Resource: "*",
            Condition: { DateGreaterThanEquals: { "aws:CurrentTime": ENDS_AT } },
          },
          { Effect: "Deny", NotAction: actions, Resource: "*" },
        ],
      });
    }
  });

  it("names its end only in the Deny of that end", () => {
    for (const { ask } of compiled) expect(JSON.stringify(policyOf(ask)).split(ENDS_AT).length).toBe(2);
  });

  it("fits STS, or says that it does not, never in silence (I-05)", () => {
    const seen = { fits: 0, too_large: 0 };
    fc.assert(
      fc.property(asks, (ask) => {
        const made = compileSessionPolicy(ask, ENDS_AT);
        if (made.ok) {
          seen.fits += 1;
          expect(made.policy.length).toBeLessThanOrEqual(MAX_POLICY_CHARACTERS);
          expect(Buffer.byteLength(made.policy)).toBe(made.policy.length);
          return;
        }
        seen.too_large += 1;
        expect(made.characters).toBeGreaterThan(MAX_POLICY_CHARACTERS);
        expect(Object.keys(ask.scope ?? {})).toContain(made.largest);
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.fits, seen.too_large)).toBeGreaterThan(5);
  });

  it("that fitted when asked fits when minted: every end is as long (I-05)", () => {
    fc.assert(
      fc.property(asks, (ask) => {
        const [asked, minted] = [ANY_END, ENDS_AT].map((end) => compileSessionPolicy(ask, end));
        expect(asked?.ok).toBe(minted?.ok);
      }),
      { numRuns: 50 },
    );
  });

  it("is counted to the character: 2,048 fit, 2,049 do not", () => {
    const lengthOf = (length: number) => {
      const made = compileSessionPolicy(
        { ...S3, access: "write", scope: { prefix: "a".repeat(length) } },
        ENDS_AT,
      );
      return made.ok ? made.policy.length : made.characters;
    };
    const base = lengthOf(1);
    const room = MAX_POLICY_CHARACTERS - base + 1;
    const fits = compileSessionPolicy(
      { ...S3, access: "write", scope: { prefix: "a".repeat(room) } },
      ENDS_AT,
    );
    const over = compileSessionPolicy(
      { ...S3, access: "write", scope: { prefix: "a".repeat(room + 1) } },
      ENDS_AT,
    );
    expect(fits.ok && fits.policy.length).toBe(2_048);
    expect(over).toEqual({ ok: false, reason: "too_large", characters: 2_049, largest: "prefix" });
  });

  it("names the largest part of a scope that is too large", () => {
    const many = Array.from({ length: 20 }, (_, index) => `${index}`.padStart(128, "k"));
    const made = compileSessionPolicy(
      { ...DYNAMO, access: "read", scope: { attributes: ["id"], leadingKeys: many } },
      ENDS_AT,
    );
    expect(made).toMatchObject({ ok: false, largest: "leadingKeys" });
  });

  it("is never made for an access that the kind does not offer: nothing means nothing (I-05)", () => {
    expect(() => compileSessionPolicy({ ...DYNAMO, access: "list" }, ENDS_AT)).toThrow(RangeError);
  });
});
