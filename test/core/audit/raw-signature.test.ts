import { generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { rawSignature } from "../../../functions/core/audit/raw-signature.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const full = "7f".padEnd(64, "1");

describe("a signature from DER", () => {
  test("is the one that was made, whatever leading bytes its numbers have", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const lengths = new Set<number>();
    for (let times = 0; times < 400; times += 1) {
      const text = Buffer.from(`text ${times}`);
      const der = sign("sha256", text, privateKey);
      lengths.add(der.length);
      const raw = rawSignature(der);
      expect(raw).toHaveLength(64);
      const isGood = verify("sha256", text, { key: publicKey, dsaEncoding: "ieee-p1363" }, raw);
      if (!isGood) throw new Error(`not for ${der.toString("hex")}`);
    }
    expect(lengths.size).toBeGreaterThan(2);
  });

  test("has a short number filled with zeros in front, and a long one without its sign", () => {
    const der = hex(`30 26 02 01 05 02 21 00 ff ${"ab".repeat(31)}`);
    expect(Buffer.from(rawSignature(der)).toString("hex")).toBe(
      `${"05".padStart(64, "0")}ff${"ab".repeat(31)}`,
    );
    expect(Buffer.from(rawSignature(hex("30 06 02 01 00 02 01 7f"))).toString("hex")).toBe(
      `${"00".repeat(63)}7f`,
    );
  });

  test.each([
    ["nothing", ""],
    ["no sequence", `31 06 02 01 01 02 01 01`],
    ["a length that is not its own", `30 07 02 01 01 02 01 01`],
    ["bytes behind it", `30 07 02 01 01 02 01 01 00`],
    ["one number", `30 03 02 01 01`],
    ["something else than a number", `30 06 03 01 01 02 01 01`],
    ["a number of no bytes", `30 05 02 00 02 01 01`],
    ["a number cut off", `30 06 02 01 01 02 05 01`],
    ["a negative number", `30 06 02 01 80 02 01 01`],
    ["a zero too many", `30 07 02 02 00 01 02 01 01`],
    ["a number of 33 bytes", `30 26 02 21 01 ${full} 02 01 01`],
  ])("is refused with %s", (_what, text) => {
    expect(() => rawSignature(hex(text))).toThrow(RangeError);
  });
});
