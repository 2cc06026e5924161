import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderDenyList } from "../../functions/core/deny-list.ts";
import { idFrom } from "../../functions/core/ids.ts";
import { evaluate } from "./kinds/evaluate.ts";

const endsAt = "2026-11-21T10:00:00Z";
const ids = fc.uniqueArray(
  fc.uint8Array({ minLength: 10, maxLength: 10 }).map((bytes) => idFrom(bytes)),
  { minLength: 2, maxLength: 8 },
);
const key = fc.stringMatching(/^[a-z][a-z0-9-]{1,23}$/);
const session = (agent: string, grant: string, attempt: number) => ({
  action: "s3:GetObject",
  resource: "arn:aws:s3:::data/a",
  context: { "aws:userid": `AROAEXAMPLE:lk.${agent}.${grant}.${attempt}` },
});
const entry = (grantId: string) => ({ grantId, endsAt });

describe("a role's deny list", () => {
  it("denies every session of each grant on it and of no other (I-02, I-26, I-27)", () => {
    fc.assert(
      fc.property(ids, key, fc.integer({ min: 1, max: 999 }), ([live, ...denied], agent, attempt) => {
        const policy = renderDenyList(denied.map(entry), 1);
        for (const id of denied) expect(evaluate(policy, session(agent, id, attempt))).toBe("deny");
        expect(evaluate(policy, session(agent, live as string, attempt))).toBe("no");
        expect(evaluate(policy, { ...session(agent, live as string, 1), context: {} })).toBe("no");
      }),
    );
  });

  it("is the same whatever the order of its entries and however often each is there (I-29)", () => {
    fc.assert(
      fc.property(ids, (list) => {
        const entries = list.map(entry);
        expect(renderDenyList([...entries, ...entries].reverse(), 7)).toEqual(renderDenyList(entries, 7));
      }),
    );
  });

  it("is one statement, whose name tells one rendering from the next", () => {
    expect(renderDenyList([entry("k7m2qx4zabcd2345")], 12)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Render12",
          Effect: "Deny",
          Action: "*",
          Resource: "*",
          Condition: { StringLike: { "aws:userid": ["*.k7m2qx4zabcd2345.*"] } },
        },
      ],
    });
  });

  it("has room for 400 grants in a role's 10,240 characters", () => {
    const many = Array.from({ length: 400 }, (_, index) =>
      entry(idFrom(Buffer.from(`${index}`.padStart(10, "0")))),
    );
    expect(JSON.stringify(renderDenyList(many, 99_999)).length).toBeLessThanOrEqual(10_240);
  });
});
