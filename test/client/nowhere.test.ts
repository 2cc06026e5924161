import { describe, expect, test } from "vitest";
import { nowhereToAsk } from "../../client/nowhere.ts";

describe("a command without --local and without an account", () => {
  test("says that either is missing", () => {
    expect(nowhereToAsk(new Error("Region is missing"))).toMatch(/AWS_REGION.*--local/);
    const fault = Object.assign(new Error("Could not load"), { name: "CredentialsProviderError" });
    expect(nowhereToAsk(fault)).toMatch(/AWS_PROFILE.*--local/);
    expect(nowhereToAsk(new Error("anything else"))).toBeUndefined();
  });
});
