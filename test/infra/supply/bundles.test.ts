import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../../infra/function.ts";
import { type Bundle, clientBundle, functionBundles, handlersIn } from "../../../infra/supply/bundles.ts";
import { nameOf, readLockfile, shipped } from "../../../infra/supply/lockfile.ts";
import { sbom } from "../../../infra/supply/sbom.ts";
import { secretsIn } from "./secrets.ts";

const lockfile = readLockfile(projectRoot);
const everything = shipped(lockfile).map(({ folder }) => folder);
let bundles: Bundle[];
beforeAll(async () => {
  bundles = [...(await functionBundles(projectRoot)), await clientBundle(projectRoot)];
}, 120_000);

/** CycloneDX's own JSON schema, as OWASP's library carries it. */
function cyclonedx() {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json")),
    "res/schema",
  );
  const schema = (name: string) =>
    JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), "utf8"));
  const name = (each: string) => `http://cyclonedx.org/schema/${each}.SNAPSHOT.schema.json`;
  const schemas = Object.fromEntries(["spdx", "jsf-0.82"].map((each) => [name(each), schema(each)]));
  const ajv = new Ajv({ strict: false, schemas });
  addFormats.default(ajv);
  ajv.addFormat("iri-reference", true);
  ajv.addFormat("idn-email", true);
  return ajv.compile(schema("bom-1.5"));
}

describe("the bundles that ship", () => {
  it("are one for each function, and the package for agents", () => {
    expect(bundles).toHaveLength(handlersIn(projectRoot).length + 1);
    for (const { name, texts, packages } of bundles) {
      expect(texts.join("").length, name).toBeGreaterThan(10_000);
      expect(packages.map(nameOf), name).toContain("zod");
    }
  });
  it("hold no package but those whose licences were checked: none that is for development", () => {
    for (const { name, packages } of bundles)
      expect(
        packages.filter((folder) => !everything.includes(folder)),
        name,
      ).toEqual([]);
  });
  it("hold no secret", async () => {
    for (const { name, texts } of bundles)
      for (const text of texts) expect(await secretsIn(`${name}.js`, text)).toEqual([]);
  });
});

describe("what a bundle is made of", () => {
  it("is CycloneDX, for each and for all together, and the same text each time", () => {
    const isValid = cyclonedx();
    expect(isValid({ bomFormat: "CycloneDX", specVersion: "1.5", components: [{ type: "x" }] })).toBe(false);
    for (const { name, packages } of [...bundles, { name: "all", packages: everything }]) {
      const text = sbom(`latchkey-${name}`, packages, lockfile);
      const isFine = isValid(JSON.parse(text));
      expect(isValid.errors ?? [], name).toEqual([]);
      expect(isFine).toBe(true);
      expect(sbom(`latchkey-${name}`, [...packages].reverse(), lockfile)).toBe(text);
    }
  });
  it("names each package with version, licence, hash and address", () => {
    const { components, dependencies } = JSON.parse(sbom("x", everything, lockfile));
    expect(components).toHaveLength(everything.length);
    for (const { name, version, licenses, hashes, purl } of components) {
      expect(purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`);
      expect([licenses.length, hashes.length, hashes[0].content.length]).toEqual([1, 1, 128]);
    }
    const zod = components.find((each: { name: string }) => each.name === "zod")["bom-ref"];
    expect(dependencies.find(({ ref }: { ref: string }) => ref === "x").dependsOn).toContain(zod);
  });
  it("is not made up for a package that the lockfile does not have", () => {
    expect(() => sbom("x", ["node_modules/no-such"], lockfile)).toThrow("not in the lockfile");
  });
});
