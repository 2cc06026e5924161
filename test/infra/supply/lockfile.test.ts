import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../infra/function.ts";
import { licenceProblems } from "../../../infra/supply/licences.ts";
import {
  type Lockfile,
  lockfileProblems,
  parseLockfile,
  readLockfile,
  shipped,
} from "../../../infra/supply/lockfile.ts";

const lockfile = readLockfile(projectRoot);
const integrity = `sha512-${"a".repeat(86)}==`;
const good = { version: "1.2.3", integrity, license: "MIT" };
const withPackage = (entry: object, root: object = {}): Lockfile =>
  parseLockfile(
    JSON.stringify({
      lockfileVersion: 3,
      packages: { "": { version: "1.0.0", ...root }, "node_modules/a": entry },
    }),
  );

describe("the lockfile", () => {
  it("brings the bytes that were reviewed, from a registry, and nothing else", () => {
    expect(lockfileProblems(lockfile)).toEqual([]);
    expect(Object.keys(lockfile.packages).length).toBeGreaterThan(300);
  });
  it("is that of package.json", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(`${projectRoot}package.json`, "utf8"));
    expect(lockfile.packages[""]).toMatchObject({ dependencies, devDependencies });
  });
  it.each([
    ["another host", { ...good, resolved: "https://registry.example/a.tgz" }, "where it is fetched from"],
    ["a repository", { ...good, resolved: "git+ssh://git@example.com/a.git#1" }, "where it is fetched from"],
    ["no hash", { version: "1.2.3" }, "no sha512 integrity"],
    ["a weak hash", { ...good, integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, "no sha512 integrity"],
    ["two hashes, one weak", { ...good, integrity: `sha1-x ${integrity}` }, "no sha512 integrity"],
    ["a link", { ...good, link: true }, "a link"],
    ["no version", { integrity }, "the version none"],
    ["a URL for a version", { integrity, version: "https://example.com/a.tgz" }, "the version https:"],
    ["a dependency in a repository", { ...good, dependencies: { b: "github:x/y" } }, "no registry"],
    ["a dependency by a short name of one", { ...good, dependencies: { b: "x/y" } }, "no registry"],
    ["a dependency in a file", { ...good, optionalDependencies: { b: "file:../b" } }, "no registry"],
    ["a dependency by URL", { ...good, dependencies: { b: "https://example.com/b.tgz" } }, "no registry"],
  ])("with a package with %s is told", (_, entry, problem) => {
    expect(lockfileProblems(withPackage(entry))).toEqual([expect.stringContaining(problem)]);
  });
  it.each(["^1.2.3", "~1.2.3", "1.x", "latest", "*", "", "file:../a", "github:x/a", "1.2.3 || 2"])(
    "that wants %j of its own accord is told",
    (spec) => {
      for (const kind of ["dependencies", "devDependencies", "optionalDependencies"])
        expect(lockfileProblems(withPackage(good, { [kind]: { a: spec } }))).toEqual([
          expect.stringContaining("pin one version"),
        ]);
    },
  );
  it("may have ranges of registries' packages, aliases, and what lies in another's tarball", () => {
    const ranges = { b: "^1.0.0 || >=2 <3", c: "npm:@scope/c@1.0.0", d: "1.x", e: "*" };
    expect(lockfileProblems(withPackage({ ...good, dependencies: ranges }))).toEqual([]);
    expect(lockfileProblems(withPackage({ version: "1.2.3", inBundle: true }))).toEqual([]);
  });
});

describe("what ships", () => {
  it("is under licences that ask for no more than their notice", () => {
    expect(licenceProblems(lockfile)).toEqual([]);
    expect(shipped(lockfile).length).toBeGreaterThan(50);
  });
  it.each([
    ["GPL-3.0-or-later", true],
    ["AGPL-3.0-only", true],
    ["LGPL-2.1-only", true],
    ["MPL-2.0", true],
    ["MIT AND GPL-3.0-only", true],
    ["UNLICENSED", true],
    ["SEE LICENSE IN LICENSE", true],
    [undefined, true],
    ["MIT OR GPL-3.0-or-later", false],
    ["Apache-2.0", false],
    ["(MIT AND BSD-3-Clause)", false],
  ])("under %s is told by its name: %j", (license, isTold) => {
    const { license: _, ...bare } = good;
    const problems = licenceProblems(withPackage(license === undefined ? bare : { ...bare, license }));
    expect(problems).toEqual(isTold ? [`a 1.2.3 is under ${license ?? "no licence"}`] : []);
    expect(licenceProblems(withPackage({ ...bare, license: "GPL-3.0-only", dev: true }))).toEqual([]);
  });
});

describe("an install", () => {
  const npmrc = readFileSync(`${projectRoot}.npmrc`, "utf8").split("\n");
  it.each([
    "ignore-scripts=true",
    "save-exact=true",
    "omit-lockfile-registry-resolved=true",
    "allow-git=none",
    "allow-remote=none",
    "allow-file=none",
    "allow-directory=none",
  ])("is held to %s", (line) => {
    expect(npmrc).toContain(line);
  });
  it("names no host, and holds no token", () => {
    expect(npmrc.filter((line) => /registry=|_auth|_password|\/\//i.test(line))).toEqual([]);
  });
});
