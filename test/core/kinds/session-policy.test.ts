import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessNames } from "../../../functions/core/kinds/names.ts";
import { type Ask, offersAccess, parseScope } from "../../../functions/core/kinds/registry.ts";
import {
  ANY_SESSION,
  compileSessionPolicy,
  MAX_POLICY_CHARACTERS,
} from "../../../functions/core/session-policy.ts";
import { type Call, evaluate, type PolicyDocument } from "./evaluate.ts";
import { OTHER_GRANT, OWN_GRANT } from "./matrix/kit.ts";
import { ENDS_AT, never, probes } from "./probes.cases.ts";
import { compiled, DYNAMO, S3 } from "./statements.cases.ts";

const SESSION = { endsAt: ENDS_AT, grantId: OWN_GRANT };

function policyOf(ask: Ask, session = SESSION): PolicyDocument {
  const made = compileSessionPolicy(ask, session);
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
  const policy = () => policyOf(ask);

  it.each(allowed)("may $action on $resource with $context (I-03)", (call) => {
    expect(evaluate(policy(), at(call, IN_TIME))).toBe("allow");
  });

  it.each(refused)("may not $action on $resource with $context (I-03)", (call) => {
    expect(evaluate(policy(), at(call, IN_TIME))).not.toBe("allow");
  });

  it.each(never)("is denied $action even where a resource policy allows it (A-27, I-36)", (call) => {
    expect(evaluate(policy(), at(call, IN_TIME))).toBe("deny");
  });

  it.each([ENDS_AT, "2026-11-21T10:00:00.001Z", "2027-01-01T00:00:00Z"])(
    "is denied everything at %s: its end, and after (I-23)",
    (time) => {
      for (const call of [...allowed, ...refused, ...never])
        expect(evaluate(policy(), at(call, time))).toBe("deny");
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
  it("always has the three Denies: at the end, of other actions, of other resources (I-23, I-36)", () => {
    for (const { ask, statements } of compiled) {
      const [end, actions, resources, ...more] = policyOf(ask).Statement.slice(statements.length);
      expect(more).toEqual([]);
      expect(end).toEqual({
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { DateGreaterThanEquals: { "aws:CurrentTime": ENDS_AT } },
      });
      expect(actions).toEqual({ Effect: "Deny", NotAction: expect.any(Array), Resource: "*" });
      expect(resources).toEqual({ Effect: "Deny", Action: "*", NotResource: expect.any(Array) });
    }
  });

  it("names in its Denies what its Allows name, no more and no less; two services of Glue tables as a whole", () => {
    const COARSE = { "athena:*": /^athena:/, "glue:Get*": /^glue:Get/ };
    for (const { ask } of compiled) {
      const { Statement } = policyOf(ask);
      const allowed = Statement.filter(({ Effect }) => Effect === "Allow");
      const [, actions, resources] = Statement.slice(allowed.length);
      const all = (field: "Action" | "Resource") =>
        [...new Set(allowed.flatMap((each) => each[field] ?? []))].sort();
      const exact = all("Action").filter(
        (action) => ask.kind !== "glue-table" || !Object.values(COARSE).some((held) => held.test(action)),
      );
      const coarse = ask.kind === "glue-table" ? Object.keys(COARSE) : [];
      expect(actions?.NotAction).toEqual([...exact, ...coarse].sort());
      const places = all("Resource").filter(
        (arn) => ask.kind !== "glue-table" || !/^arn:aws:(athena|glue):/.test(arn),
      );
      const wide = ask.kind === "glue-table" ? ["arn:*:athena:*", "arn:*:glue:*"] : [];
      expect(resources?.NotResource).toEqual([...places, ...wide].sort());
    }
  });

  it("is a grant's own where its statements keep a place for it, and else the same for all", () => {
    for (const { ask, statements } of compiled) {
      const [own, other] = [OWN_GRANT, OTHER_GRANT].map((grantId) =>
        JSON.stringify(policyOf(ask, { ...SESSION, grantId })),
      );
      expect(own).not.toContain("{grant}");
      const placed = JSON.stringify(statements).includes("{grant}");
      expect(own === other).toBe(!placed);
      expect(own?.replaceAll(OWN_GRANT, OTHER_GRANT)).toBe(other);
    }
  });

  it("names its end only in the Deny of that end", () => {
    for (const { ask } of compiled) expect(JSON.stringify(policyOf(ask)).split(ENDS_AT).length).toBe(2);
  });

  it("fits STS, or says that it does not, never in silence (I-05)", () => {
    const seen = { fits: 0, too_large: 0 };
    fc.assert(
      fc.property(asks, (ask) => {
        const made = compileSessionPolicy(ask, SESSION);
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
        const [asked, minted] = [ANY_SESSION, SESSION].map((each) => compileSessionPolicy(ask, each));
        expect(asked?.ok).toBe(minted?.ok);
      }),
      { numRuns: 50 },
    );
  });

  it("is counted to the character: 2,048 fit, 2,049 do not (A-21)", () => {
    // Of what is listed the key is there once; of what is read it would be there twice.
    const made = (length: number) =>
      compileSessionPolicy({ ...S3, access: "list", scope: { prefix: "a".repeat(length) } }, SESSION);
    const one = made(1);
    const room = MAX_POLICY_CHARACTERS - (one.ok ? one.policy.length : 0) + 1;
    const fits = made(room);
    expect(fits.ok && fits.policy.length).toBe(2_048);
    expect(made(room + 1)).toEqual({ ok: false, reason: "too_large", characters: 2_049, largest: "prefix" });
  });

  it("names the largest part of a scope that is too large", () => {
    const many = Array.from({ length: 20 }, (_, index) => `${index}`.padStart(128, "k"));
    const made = compileSessionPolicy(
      { ...DYNAMO, access: "read", scope: { attributes: ["id"], leadingKeys: many } },
      SESSION,
    );
    expect(made).toMatchObject({ ok: false, largest: "leadingKeys" });
  });

  it("is never made for an access that the kind does not offer: nothing means nothing (I-05)", () => {
    expect(() => compileSessionPolicy({ ...DYNAMO, access: "list" }, SESSION)).toThrow(RangeError);
  });
});
