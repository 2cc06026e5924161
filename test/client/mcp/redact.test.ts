import { describe, expect, test } from "vitest";
import { redactor } from "../../../client/mcp/redact.ts";
import { KEYS } from "./world.ts";

const SECRET = KEYS.SecretAccessKey;
/** A text through the redactor in pieces of so many characters. */
function through(text: string, size = text.length): { out: string; found: number } {
  const clean = redactor([SECRET]);
  let out = "";
  for (let at = 0; at < text.length; at += size) out += clean.push(text.slice(at, at + size));
  out += clean.end();
  return { out, found: clean.found() };
}

describe("what a program prints", () => {
  test("is the same when no secret is in it, however it is cut", () => {
    const text = "k7m2 read 12 objects\n".repeat(20);
    for (const size of [1, 7, 11, 12, 13, text.length])
      expect(through(text, size)).toEqual({ out: text, found: 0 });
  });

  test("loses a secret wherever the pieces are cut, and nothing around it", () => {
    const text = `before ${SECRET} after`;
    for (let size = 1; size <= text.length; size += 1)
      expect(through(text, size)).toEqual({ out: "before [secret withheld] after", found: 1 });
  });

  test.each([
    ["as it is", SECRET],
    ["in a URL", encodeURIComponent(SECRET)],
    ["in a URL with small letters", encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
    ["in PHP's JSON", SECRET.replaceAll("/", "\\/")],
    ["in HTML", SECRET.replace(/[/+]/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`)],
    ["in careful JSON", SECRET.replace(/[/+]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)],
    ["in hex", Buffer.from(SECRET).toString("hex")],
    ["in capital hex", Buffer.from(SECRET).toString("hex").toUpperCase()],
    ["in part", SECRET.slice(8, 24)],
    ["in lines", SECRET.replace(/.{16}/g, "$&\n")],
  ])("loses a secret that is printed %s", (_, printed) => {
    const { out, found } = through(`<${printed}>`);
    expect(found).toBeGreaterThan(0);
    for (let at = 0; at + 12 <= printed.length; at += 1)
      expect(out).not.toContain(printed.slice(at, at + 12));
  });

  test.each([0, 1, 2])("loses a secret in base64 behind %i other bytes, in both alphabets", (before) => {
    for (const alphabet of ["base64", "base64url"] as const) {
      const printed = Buffer.from(`${"x".repeat(before)}${SECRET} and more`).toString(alphabet);
      const { out } = through(printed);
      // What is left decodes to no twelve characters of it.
      for (let at = 0; at < 4; at += 1)
        for (let from = 0; from + 12 <= SECRET.length; from += 1)
          expect(Buffer.from(out.slice(at), alphabet).toString("latin1")).not.toContain(
            SECRET.slice(from, from + 12),
          );
    }
  });
});
