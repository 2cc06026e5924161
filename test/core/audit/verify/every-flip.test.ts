import { describe, expect, test } from "vitest";
import { check, type Files, makeLog } from "./log.ts";

const { files } = await makeLog({
  seed: 7,
  quietHour: 1,
  grants: 2,
  loose: 1,
  silent: true,
  windowMs: 3_000_000,
});
const names = [...files.keys()];
/** In `npm test` every eighth byte of each file, from one that the file's place gives; all of them with `LATCHKEY_EVERY_BYTE=1`. */
const STRIDE = process.env.LATCHKEY_EVERY_BYTE ? 1 : 8;
const begins = (name: string) => names.indexOf(name) % STRIDE;

const flipped = (bytes: Uint8Array, at: number, mask: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
};
const withFile = (name: string, bytes: Uint8Array): Files => new Map(files).set(name, bytes);

describe("I-49 a small log of three hours, one of them empty", () => {
  test("has three digests, several grants and several objects", async () => {
    const report = await check(files);
    expect(report).toMatchObject({ verdict: "whole", digests: { believed: 3 } });
    expect(report.grants.read).toBeGreaterThan(1);
    expect(report.objects.covered).toBeGreaterThan(1);
  });

  test.each(names)("a changed byte of %s is found and named, whichever it is", async (name) => {
    const bytes = files.get(name) ?? new Uint8Array();
    const missed: number[] = [];
    for (let at = begins(name); at < bytes.length; at += STRIDE) {
      // Each time by another bit or several.
      const { verdict, first } = await check(withFile(name, flipped(bytes, at, ((at * 37) % 255) + 1)));
      if (verdict === "whole" || first?.place.key !== name) missed.push(at);
    }
    expect(missed).toEqual([]);
  });

  test.each(names)("every shorter or longer %s is found and named", async (name) => {
    const bytes = files.get(name) ?? new Uint8Array();
    for (let length = 0; length < bytes.length; length += length < 64 ? 1 : 97) {
      const { verdict, first } = await check(withFile(name, bytes.subarray(0, length)));
      expect({ verdict, key: first?.place.key, length }).toEqual({ verdict: "tampered", key: name, length });
    }
    for (const more of [[0], [10], [...bytes]]) {
      const { verdict, first } = await check(withFile(name, Uint8Array.from([...bytes, ...more])));
      expect({ verdict, key: first?.place.key }).toEqual({ verdict: "tampered", key: name });
    }
  });
});
