import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openApiDoc } from "../../infra/broker/openapi-doc.ts";
import { projectRoot } from "../../infra/function.ts";

it("docs/openapi.json is the contract that is served: npm run openapi writes it", () => {
  expect(readFileSync(join(projectRoot, "docs/openapi.json"), "utf8")).toBe(openApiDoc());
});
