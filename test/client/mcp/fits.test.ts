import { expect, test } from "vitest";
import { fitsProfile } from "../../../client/mcp/fits.ts";

const profile = { resource: "claims", access: "read", scope: { prefix: "2026/" } };
const cases: [string, Parameters<typeof fitsProfile>[0], Parameters<typeof fitsProfile>[1], boolean][] = [
  ["the very same", profile, profile, true],
  ["a longer prefix", { ...profile, scope: { prefix: "2026/01/" } }, profile, true],
  ["a shorter prefix", { ...profile, scope: { prefix: "2" } }, profile, false],
  ["another prefix", { ...profile, scope: { prefix: "2025/" } }, profile, false],
  ["the whole resource", { resource: "claims", access: "read" }, profile, false],
  ["another part of a scope", { ...profile, scope: { keys: ["2026/a"] } }, profile, false],
  ["more parts of a scope", { ...profile, scope: { prefix: "2026/", keys: ["2026/a"] } }, profile, true],
  ["another resource", { ...profile, resource: "medical" }, profile, false],
  ["another access", { ...profile, access: "write" }, profile, false],
  ["any part, of the whole", profile, { resource: "claims", access: "read" }, true],
  [
    "fewer of a list",
    { ...profile, scope: { keys: ["a"] } },
    { ...profile, scope: { keys: ["a", "b"] } },
    true,
  ],
  [
    "more than a list",
    { ...profile, scope: { keys: ["a", "c"] } },
    { ...profile, scope: { keys: ["a", "b"] } },
    false,
  ],
  ["none of a list", { ...profile, scope: { keys: [] } }, { ...profile, scope: { keys: ["a"] } }, false],
  [
    "the same keys of an index, which are of other items",
    { ...profile, scope: { leadingKeys: ["gold"], index: "by-plan" } },
    { ...profile, scope: { leadingKeys: ["gold"] } },
    false,
  ],
  [
    "some keys of the index that is named",
    { ...profile, scope: { leadingKeys: ["gold"], index: "by-plan" } },
    { ...profile, scope: { index: "by-plan" } },
    true,
  ],
  [
    "an index, of the whole",
    { ...profile, scope: { index: "by-plan" } },
    { resource: "claims", access: "read" },
    true,
  ],
  [
    "a prefix in another member",
    { ...profile, scope: { index: "by-day" } },
    { ...profile, scope: { index: "by" } },
    false,
  ],
];
test.each(cases)("a grant of %s", (_, grant, allowed, fits) => {
  expect(fitsProfile(grant, allowed)).toBe(fits);
});
