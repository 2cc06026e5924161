import { describe, expect, test } from "vitest";
import { refused, wrongClock } from "../../../client/broker/refused.ts";
import { DeniedError } from "../../../client/errors.ts";
import { errorCodes } from "../../../functions/core/errors.ts";

const AWS = new URL("https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/v1/grants");
const OWN = new URL("https://access.example.com/grants");
const at = Date.parse("2026-11-21T12:00:00Z");

const answer = (status: number, errorType?: string, date: number = at): Response =>
  new Response(null, {
    status,
    headers: {
      date: new Date(date).toUTCString(),
      ...(errorType ? { "x-amzn-errortype": errorType } : {}),
    },
  });
const said = (code: string, details?: object) => ({
  error: { code, message: "So it is.", ...(details ? { details } : {}) },
});
const faultOf = (status: number, body: unknown, errorType?: string, url = AWS) =>
  refused(answer(status, errorType), body, url, "eu-west-1").fault;

describe("what API Gateway refuses by itself is told by its header, whatever body the type of answer has", () => {
  // Bodies and headers as the local AWS gave them (November 2026); on AWS all but the first three carry "forbidden".
  test.each([
    ["InvalidSignatureException", said("forbidden"), AWS, "sign_in", /secret/],
    ["InvalidSignatureException", said("forbidden"), OWN, "wrong_region", /eu-west-1/],
    ["UnrecognizedClientException", said("invalid_request"), AWS, "sign_in", /sign in again/],
    ["ExpiredTokenException", said("forbidden"), AWS, "sign_in", /expired/],
    ["IncompleteSignatureException", said("invalid_request"), AWS, "sign_in", /whole/],
    ["MissingAuthenticationTokenException", said("forbidden"), AWS, "no_endpoint", /no such path/],
    ["ForbiddenException", { message: "Forbidden" }, AWS, "no_endpoint", /no such stage/],
    ["AccessDeniedException:http://x/", { __type: "AccessDeniedException" }, AWS, "refused", /execute-api:I/],
  ])("%s", (errorType, body, url, kind, sentence) => {
    const fault = faultOf(403, body, errorType, url);
    expect([fault.kind, fault.message]).toEqual([kind, expect.stringMatching(sentence)]);
  });

  test("and a function's own word is not taken for it", () => {
    expect(faultOf(403, said("forbidden"))).toMatchObject({ kind: "refused", code: "forbidden" });
    expect(faultOf(409, said("wrong_state"), "AccessDeniedException")).toMatchObject({ kind: "conflict" });
  });
});

describe("the API's word", () => {
  test("has a kind for every code, and says it", () => {
    for (const [code, { status }] of Object.entries(errorCodes))
      expect([code, faultOf(status, said(code)).message]).toEqual([
        code,
        expect.stringMatching(/^So it is\./),
      ]);
  });

  test("of a code that is not known yet is a fault, not a crash", () => {
    expect(faultOf(400, said("toString"))).toMatchObject({ kind: "failed", code: "toString" });
  });

  test("of a no carries reasons and alternatives, and drops what has not their form", () => {
    // None of them is less of the same.
    const others = [
      { change: { resource: "payroll" }, outcome: "allow" },
      { change: { windowSeconds: 60, breakGlass: true }, outcome: "allow" },
      { change: { access: "--endpoint=https://evil.example" }, outcome: "allow" },
      { change: { windowSeconds: "1h" }, outcome: "allow" },
    ];
    const details = {
      id: "abcdefghij234567",
      rules: [{ id: "r", reason: "because" }, 7],
      alternatives: [{ change: { windowSeconds: 60 }, outcome: "allow" }, { change: null }, "x", ...others],
    };
    const fault = faultOf(403, said("policy_denied", details));
    expect(fault).toBeInstanceOf(DeniedError);
    expect(fault).toMatchObject({
      kind: "denied",
      grantId: "abcdefghij234567",
      reasons: [{ id: "r", reason: "because" }],
      alternatives: [{ change: { windowSeconds: 60 }, outcome: "allow" }],
    });
  });

  test.each([
    [404, "<html>nginx</html>", "no_endpoint"],
    [403, { message: "Forbidden" }, "no_endpoint"],
    [302, undefined, "no_endpoint"],
    [503, undefined, "unavailable"],
    [400, { error: "oops" }, "no_endpoint"],
    [400, { error: { code: 1, message: "x" } }, "no_endpoint"],
  ])("is not in a %i with %j", (status, body, kind) => {
    expect(faultOf(status, body).kind).toBe(kind);
  });
});

describe("a clock that is off", () => {
  test.each([
    [10, "fast"],
    [-10, "slow"],
  ])("by %i minutes is seen in the answer's own time", (minutes, word) => {
    const fault = wrongClock(answer(403, "InvalidSignatureException"), at + minutes * 60_000);
    expect([fault?.kind, fault?.message]).toEqual(["clock", expect.stringContaining(`10 minutes ${word}`)]);
  });

  test("is not blamed for another refusal, a success, or an answer without a time", () => {
    expect(wrongClock(answer(403), at + 4 * 60_000)).toBeUndefined();
    expect(wrongClock(answer(409), at + 60 * 60_000)).toBeUndefined();
    expect(wrongClock(new Response(null, { status: 403 }), at)).toBeUndefined();
  });
});
