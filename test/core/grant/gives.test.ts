import { expect, it } from "vitest";
import { givenBy, givesSession } from "../../../functions/core/grant/gives.ts";

it.each([
  ["of a resource", { masked: false, resource: { kind: "s3-prefix" } }, "session"],
  ["whose rows are read masked", { masked: true, resource: { kind: "glue-table" } }, "masked"],
  ["of an action", { masked: false, resource: { kind: "action" } }, "permit"],
] as const)("a grant %s gives a %s: only a session needs a deny", (_, about, given) => {
  expect(givenBy(about)).toBe(given);
  expect(givesSession(about)).toBe(given === "session");
});
