import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { projectRoot } from "../../../infra/function.ts";
import { deploymentFile } from "../../../infra/policy/deployment.ts";
import { sources } from "../supply/secrets.ts";
import { rowsBelow } from "./markdown.ts";

const page = readFileSync(`${projectRoot}docs/configuration.md`, "utf8");
const code = (cell = ""): string => /`([^`]+)`/.exec(cell)?.[1] ?? "";

type Shape = {
  properties?: Record<string, Shape>;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  enum?: string[];
  type?: string;
};
/** The settings of a schema, with nested ones by their paths. */
const settingsOf = ({ properties = {} }: Shape, above = ""): [name: string, shape: Shape][] =>
  Object.entries(properties).flatMap(([name, shape]): [string, Shape][] =>
    shape.properties ? settingsOf(shape, `${above}${name}.`) : [[`${above}${name}`, shape]],
  );
const settings = settingsOf(z.toJSONSchema(deploymentFile, { io: "input" }) as Shape);
const rows = rowsBelow(page, "## policy/deployment.yaml");
const shipped = parse(readFileSync(`${projectRoot}policy/deployment.yaml`, "utf8"));
const at = (path: string): unknown =>
  path.split(".").reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], shipped);

describe("docs/configuration.md", () => {
  it("has every setting of policy/deployment.yaml in its order, and no other", () => {
    expect(rows.map(([name]) => code(name))).toEqual(settings.map(([name]) => name));
  });
  it.each(settings)("says the bounds, choices and default of %s", (name, shape) => {
    const [, value = "", before = "", effect = "", stack = ""] =
      rows.find(([each]) => code(each) === name) ?? [];
    if (shape.type === "integer") expect(value).toBe(`${shape.minimum} to ${shape.maximum}`);
    for (const choice of shape.enum ?? []) expect(value).toContain(`\`${choice}\``);
    if (shape.type === "boolean") expect(value).toBe("`true` or `false`");
    expect(before.includes("default")).toBe(shape.default !== undefined);
    const is = at(name);
    expect(
      before.startsWith(
        is === undefined ? "not set" : `\`${is === shipped.callers.accounts ? JSON.stringify(is) : is}\``,
      ),
    ).toBe(true);
    expect([effect.length > 20, /Latchkey(Broker|Audit|AccessRoles)/.test(stack)]).toEqual([true, true]);
  });
  it("has every context value and parameter that the app reads", () => {
    const infra = sources(projectRoot, "infra")
      .map(([, text]) => text)
      .join("\n");
    const context = [...infra.matchAll(/isSet\(scope, "([^"]+)"\)/g)].map(([, name]) => name);
    expect(context.length).toBeGreaterThan(1);
    expect(
      rowsBelow(page, "## CDK context")
        .map(([name]) => code(name))
        .sort(),
    ).toEqual([...new Set(context)].sort());
    const parameters = [...infra.matchAll(/new CfnParameter\(this, "([^"]+)"/g)].map(([, name]) => name);
    expect(rowsBelow(page, "## Parameters").map(([, name]) => code(name))).toEqual(parameters);
  });
  it("names files that there are for what is in code", () => {
    const files = rowsBelow(page, "## In code").map(([, , file]) => code(file));
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) expect(readFileSync(projectRoot + file, "utf8")).not.toBe("");
  });
});
