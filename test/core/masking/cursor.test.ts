import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openCursor, sealCursor } from "../../../functions/core/masking/cursor.ts";

const secret = new Uint8Array(32).fill(7);
const of = { secret, grantId: "aaaaaaaaaaaaaaaa", reading: { columns: ["claim_type"] } };
const position = { key: "claims/ann.example@example.com.csv", from: 4_096 };
let drawn = 0;
const random = (bytes: number) =>
  new Uint8Array(createHash("sha256").update(String(++drawn)).digest()).subarray(0, bytes);

describe("a cursor", () => {
  it("opens for the same grant and reading, and shows nothing of where it is", () => {
    const cursor = sealCursor(position, of, random);
    expect(openCursor(cursor, of)).toEqual(position);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toMatch(/ann|claims/);
    expect(sealCursor(position, of, random)).not.toBe(cursor);
  });

  it("I-63 does not say how long a key or a name is that it holds", () => {
    const lengths = ["a", "ann.example@example.org", "ä".repeat(80)].map(
      (key) => sealCursor({ partition: 0, after: { id: { S: key } } }, of, random).length,
    );
    expect(new Set(lengths).size).toBe(1);
    const long = { key: "x".repeat(1_000) };
    expect(openCursor(sealCursor(long, of, random), of)).toEqual(long);
  });

  it("I-61 opens for no other grant, secret or reading", () => {
    const cursor = sealCursor(position, of, random);
    expect(openCursor(cursor, { ...of, grantId: "bbbbbbbbbbbbbbbb" })).toBeUndefined();
    expect(openCursor(cursor, { ...of, secret: new Uint8Array(32).fill(8) })).toBeUndefined();
    expect(openCursor(cursor, { ...of, reading: { columns: ["email"] } })).toBeUndefined();
  });

  it("does not open when any of it was changed, cut or made up", () => {
    const bytes = Buffer.from(sealCursor(position, of, random), "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openCursor(changed.toString("base64url"), of)).toBeUndefined();
    }
    for (const length of [0, 1, 12, 28, bytes.length - 1])
      expect(openCursor(bytes.subarray(0, length).toString("base64url"), of)).toBeUndefined();
    expect(openCursor("AAAA", of)).toBeUndefined();
  });
});
