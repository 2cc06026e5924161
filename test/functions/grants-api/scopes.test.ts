import { describe, expect, it } from "vitest";
import { catalogueView } from "../../../functions/core/api/schemas.ts";
import { checkAsk } from "../../../functions/grants-api/check-ask.ts";
import { shipped } from "../../core/policy/example.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const NOW = Date.UTC(2026, 10, 21, 9, 30);
const [resource] = shipped.catalogue.resources;
if (!resource) throw new Error("the example has no resource");
const table = {
  ...resource,
  ...{
    id: "orders",
    kind: "dynamodb-table" as const,
    arn: "arn:aws:dynamodb:eu-west-1:000000000000:table/orders",
  },
  settings: { indexes: ["by-day"] },
  accesses: ["read" as const, "write" as const],
};
const catalogue = { ...shipped.catalogue, resources: [table] };
const asking = (access: "read" | "write", scope: Record<string, unknown>) =>
  checkAsk(catalogue, { resource: "orders", access, scope, windowSeconds: 60, purpose: "x" }, NOW);

describe("a scope that the resource does not have", () => {
  it.each([
    ["read", { index: "by-name" }, "is not an index of this resource"],
    ["write", { index: "by-day" }, "an index is only read"],
  ] as const)("is refused when asked, with its member: %s %j", (access, scope, problem) => {
    expect(asking(access, scope)).toMatchObject({
      ok: false,
      refusal: { error: { code: "invalid_request", details: { path: "scope.index", problem } } },
    });
  });

  it("is taken when the resource has it", () => {
    expect(asking("read", { index: "by-day" })).toMatchObject({
      ok: true,
      ask: { scope: { index: "by-day" } },
    });
  });
});

describe("GET /catalogue", () => {
  it("says of each kind what its agents must know to use it, and no more than that", async () => {
    const { body } = await at.world.agent("analytics-copilot").catalogue();
    const { resources } = body as { resources: Record<string, unknown>[] };
    const found = resources.find(({ id }) => id === "claims-by-month");
    expect(found).toMatchObject({
      kind: "glue-table",
      settings: {
        workgroup: "northwind-agents",
        results: "arn:aws:s3:::latchkey-example-results-123456789012/agents/*",
      },
    });
    for (const each of resources)
      expect(() => catalogueView.shape.resources.element.parse(each)).not.toThrow();
  });
});
