import fc from "fast-check";
import { expect, test } from "vitest";
import type { IamAsk } from "../../../../client/learn/usage/asked-of-iam.ts";
import { covers, granted } from "../../../../client/learn/usage/covers.ts";
import type { Resource } from "../../../../functions/core/catalogue.ts";
import type { Scope } from "../../../../functions/core/kinds/registry.ts";
import { evaluate } from "../../../core/kinds/evaluate.ts";
import { examplePolicy } from "../../../fakes/example-policy.ts";

const found = examplePolicy().catalogue.resources.find(({ id }) => id === "training-manifests");
const resource = { ...(found as Resource), arn: "arn:aws:s3:::bucket/manifests/*" };
const grant = { id: "aaaaaaaaaaaaaaaa", access: "read" };

const name = fc.stringMatching(/^[a-b.*?]{1,2}(\/[a-b]{0,2}){0,2}$/);
const key = fc.oneof(
  name.map((text) => `manifests/${text}`),
  name,
);
const scope: fc.Arbitrary<Scope | undefined> = fc.oneof(
  fc.constant(undefined),
  name.map((prefix) => ({ prefix })),
  fc.array(name, { minLength: 1, maxLength: 3 }).map((keys) => ({ keys })),
);
const ask: fc.Arbitrary<IamAsk> = fc.oneof(
  key.map((each) => ({ action: "s3:GetObject", resource: `arn:aws:s3:::bucket/${each}` })),
  key.map((each) => ({ action: "s3:PutObject", resource: `arn:aws:s3:::bucket/${each}` })),
  fc.record({ prefix: key }).map(({ prefix }) => ({
    ...{ action: "s3:ListBucket", resource: "arn:aws:s3:::bucket", prefix },
  })),
  fc.constantFrom<IamAsk>(
    { action: "s3:ListBucket", resource: "arn:aws:s3:::bucket" },
    { action: "s3:GetObject" },
  ),
);
const access = fc.constantFrom("read", "list", "write");

test("what is said to be covered, IAM lets pass, whatever the row leaves out: by an evaluator that is not ours", () => {
  fc.assert(
    fc.property(scope, scope, access, access, ask, key, (before, after, was, now, asked, unseen) => {
      const old = granted(resource, { ...grant, access: was, scope: before } as never);
      const own = granted(resource, { ...grant, access: now, scope: after } as never);
      // What the row does not tell may have been anything that the grant let pass.
      const bucket = "arn:aws:s3:::bucket";
      const full = {
        action: asked.action,
        resource: asked.resource ?? `${bucket}/${unseen}`,
        context: asked.action === "s3:ListBucket" ? { "s3:prefix": asked.prefix ?? unseen } : {},
      };
      const verdict = (Statement: typeof own) => evaluate({ Version: "2012-10-17", Statement }, full);
      if (covers(own, asked, old) && verdict(old) === "allow") expect(verdict(own)).toBe("allow");
      // By what the row tells alone, and nothing of what was let pass before.
      if (covers(own, asked, [])) expect(verdict(own)).toBe("allow");
    }),
    { numRuns: 3_000 },
  );
});

test("a doubt is a no: a listing of no known prefix, an object of no known key", () => {
  const narrow = granted(resource, { ...grant, scope: { prefix: "a/" } } as never);
  const whole = granted(resource, { ...grant } as never);
  expect(covers(narrow, { action: "s3:ListBucket", resource: "arn:aws:s3:::bucket" }, whole)).toBe(false);
  expect(covers(narrow, { action: "s3:GetObject" }, whole)).toBe(false);
  expect(covers(whole, { action: "s3:GetObject" }, whole)).toBe(true);
  expect(covers([], { action: "s3:GetObject" }, [])).toBe(false);
});
