import { describe, expect, it } from "vitest";
import { isKnown, type Known, knownIn, knownTogether } from "../../../functions/core/policy/known.ts";
import { shipped } from "./example.ts";

const now = () => knownIn(shipped.catalogue);
const before: Known = { agents: ["retired-bot"], resources: ["old-data"], roles: ["latchkey-access-old"] };
const ever = () => knownTogether(now(), before);

describe("what a lockdown may name", () => {
  it.each([
    ["an agent", { type: "agent", id: "finetune-pipeline" }],
    ["a resource", { type: "resource", id: "claims" }],
    ["an access role", { type: "role", id: "training-data" }],
    ["everything", { type: "everything" }],
  ] as const)("%s of the catalogue", (_, target) => expect(isKnown(now(), target)).toBe(true));

  it("an action type, as it does a resource", () => {
    const [action] = shipped.catalogue.actions ?? [];
    expect(isKnown(now(), { type: "resource", id: action?.id ?? "" })).toBe(true);
    const { actions: _none, ...without } = shipped.catalogue;
    const { resources } = knownIn(without);
    expect(resources).toEqual(shipped.catalogue.resources.map(({ id }) => id));
  });

  it.each(["agent", "resource", "role"] as const)("no %s that never was, nor one of another type", (type) => {
    for (const id of ["never-was", type === "agent" ? "claims" : "finetune-pipeline"])
      expect(isKnown(ever(), { type, id })).toBe(false);
  });

  it("what was taken out of the catalogue: it may have live grants still", () => {
    expect(isKnown(ever(), { type: "agent", id: "retired-bot" })).toBe(true);
    expect(isKnown(ever(), { type: "resource", id: "old-data" })).toBe(true);
    expect(isKnown(ever(), { type: "role", id: "old" })).toBe(true);
    expect(isKnown(ever(), { type: "agent", id: "finetune-pipeline" })).toBe(true);
    expect(isKnown(ever(), { type: "resource", id: "claims" })).toBe(true);
    expect(isKnown(ever(), { type: "role", id: "training-data" })).toBe(true);
  });

  it("is listed once, however often it is known", () =>
    expect(knownTogether(ever(), ever())).toEqual(ever()));
});
