import { describe, expect, it } from "vitest";
import { errorBody } from "../../functions/core/api/schemas.ts";
import { type ErrorCode, errorCodes, isRefusal, refusal } from "../../functions/core/errors.ts";

const codes = Object.keys(errorCodes) as ErrorCode[];

describe("the error codes", () => {
  it.each(codes)("%s has a status of its kind and a sentence", (code) => {
    const { status, message } = errorCodes[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it.each(codes)("%s makes an answer that is the contract's", (code) => {
    const answer = refusal(code, undefined, { path: "scope.prefix" });
    expect(errorBody.parse(answer)).toEqual(answer);
    expect(errorBody.parse(refusal(code))).toEqual({ error: { code, message: errorCodes[code].message } });
    expect(isRefusal(answer)).toBe(true);
  });

  it("say of an unknown caller nothing about what exists (I-31)", () => {
    expect(errorCodes.forbidden.message).not.toMatch(/agent|person|role|grant/i);
  });
});

describe("an answer", () => {
  it.each([undefined, null, "error", 1, {}, { id: "x" }])("%j is no refusal", (value) => {
    expect(isRefusal(value)).toBe(false);
  });
});
