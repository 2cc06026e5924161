import { expect, it } from "vitest";
import { sealedPolicy } from "../../../functions/aws/policy.ts";
import { policyBundle } from "../../../functions/core/policy/bundle.ts";
import { deployPolicy, longWindows } from "../../fakes/policy.ts";

const built = (edit = longWindows) => JSON.stringify(deployPolicy(edit).bundle);

it("is read as it was built, which is what its schema says", () => {
  const bundle = sealedPolicy(built());
  expect(bundle).toEqual(deployPolicy(longWindows).bundle);
  expect(bundle).toEqual(policyBundle.parse(JSON.parse(built())));
});

it.each([
  [
    "a window is longer",
    (text: string) => text.replace('"maxWindowSeconds":43200', '"maxWindowSeconds":43201'),
  ],
  ["a rule is gone", (text: string) => text.replace(/,\{"id":"high-stakes-needs-owner".*?\}\}/, "")],
  ["a member is there that no schema knows", (text: string) => text.replace('"rules":', '"more":1,"rules":')],
  ["the version is another", (text: string) => text.replace(/"sha256:./, '"sha256:g')],
  ["there is no version", (text: string) => text.replace(/"version":"[^"]*",/, "")],
])("starts no function when %s (I-08)", (_what, change) => {
  const text = change(built());
  expect(text).not.toBe(built());
  expect(() => sealedPolicy(text)).toThrow("policy.json is not what was built");
});

it.each(["", "{", "null", "[]"])("starts no function with %j for a policy (I-08)", (text) => {
  expect(() => sealedPolicy(text)).toThrow();
});
