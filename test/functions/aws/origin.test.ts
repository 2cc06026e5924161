import { describe, expect, it } from "vitest";
import { originOf } from "../../../functions/aws/http/origin.ts";

describe("by which call and from where somebody did something", () => {
  it("is what API Gateway says", () => {
    const context = { requestId: "c6af9ac6", identity: { sourceIp: "2001:db8::1", userAgent: "x" } };
    expect(originOf(context)).toEqual({ requestId: "c6af9ac6", sourceIp: "2001:db8::1" });
  });

  it.each([
    undefined,
    null,
    {},
    { requestId: 7, identity: null },
    { requestId: "", identity: { sourceIp: "" } },
    { requestId: "x".repeat(65), identity: { sourceIp: "y".repeat(65) } },
  ])("is left out, and fails nobody's call, where it is missing or of another form: %j", (context) => {
    expect(originOf(context)).toEqual({});
  });

  it("keeps the one when the other is missing", () => {
    expect(originOf({ requestId: "r" })).toEqual({ requestId: "r" });
    expect(originOf({ identity: { sourceIp: "203.0.113.7" } })).toEqual({ sourceIp: "203.0.113.7" });
  });
});
