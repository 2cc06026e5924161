import { describe, expect, it } from "vitest";
import { type Mode, modes } from "../fakes/wire.ts";
import { firstProblem } from "./faults.ts";
import { singles } from "./single-lives.ts";

/** Shared by all lives: what two of them begin with is tried once. */
const seen = { known: new Set<string>(), tried: new Set<Mode>() };
const lives = Object.entries(singles).filter(([, { ends }]) => !ends.includes("REVOKED"));

describe("a grant that goes on to its end, while any one call to AWS goes wrong in any way that it can", () => {
  it.each(lives)(
    "%s: closed in bounded time, delivered, on record, nothing left undenied (I-01, I-02, I-17, I-25, I-30, I-38, I-39, I-42, I-46, I-47, I-48, I-57, F-01, F-02, F-03, F-04, F-05, F-06, F-07)",
    async (_, single) => expect(await firstProblem(single, seen)).toBeUndefined(),
    300_000,
  );

  it("goes wrong in every way that there is", () => {
    expect([...seen.tried].sort()).toEqual([...modes].sort());
  });
});
