import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, loadedWith, packagesIn } from "../../../client/package/bundle.ts";
import { buildInto, emptyFolder, root, run } from "./built.ts";

const place = emptyFolder("package");
const consumer = join(place, "consumer");
let built: string;
let packed: { unpackedSize: number; filename: string; files: { path: string; mode: number }[] };

// A consumer has not this project's settings, which `npm test` hands on (`.npmrc` takes packages from a registry only).
const consumerEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("npm_config_allow_")),
);
const npm = (args: string[], cwd: string) =>
  run("npm", args, { cwd, env: { ...consumerEnv, npm_config_cache: join(place, "npm-cache") } });

beforeAll(async () => {
  built = await buildInto(place);
  const { stdout } = await npm(["pack", "--json", "--pack-destination", place], built);
  [packed] = JSON.parse(stdout);
  mkdirSync(consumer);
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", type: "module" }));
  // Offline and with an empty cache: the package stands alone.
  await npm(["install", "--offline", "--no-audit", "--no-fund", join(place, packed.filename)], consumer);
}, 180_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("the package", () => {
  test("takes at most 5 MB unpacked", () => {
    expect(packed.unpackedSize).toBeLessThanOrEqual(5_000_000);
    process.stdout.write(
      `measured: package of ${packed.unpackedSize} bytes in ${packed.files.length} files\n`,
    );
  });

  test("holds no source map, no test, nothing of this machine", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(
      paths.filter((path) => !/^(chunks\/|types\/)?[\w./-]+\.(js|d\.ts|json|md|txt)$|^LICENSE$/.test(path)),
    ).toEqual([]);
    for (const path of paths) expect(readFileSync(join(built, path), "utf8"), path).not.toContain(root);
  });

  test("installs into an empty folder, offline, and brings nothing with it", () => {
    const installed = readdirSync(join(consumer, "node_modules")).filter((name) => !name.startsWith("."));
    expect(installed).toEqual(["latchkey"]);
  });

  test("runs as a command", async () => {
    const latchkey = join(consumer, "node_modules/.bin/latchkey");
    const { stdout, stderr } = await run(latchkey, ["--help"], { cwd: consumer });
    expect(stdout).toContain("Usage: latchkey");
    expect(stderr).toBe("");
    const { stdout: audit } = await run(latchkey, ["help", "audit"], { cwd: consumer });
    expect(audit).toContain("verify");
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect((await run(latchkey, ["--version"], { cwd: consumer })).stdout).toBe(`${version}\n`);
  });

  const ask = ["--access", "read", "--window", "1m", "--purpose", "test"];
  test.each([
    ["catalogue", 66, "Where is the broker?"],
    ["status k7m2aaaaaaaaaaaa", 66, "Where is the broker?"],
    [["run", "--resource", "claims", ...ask, "--", "true"].join(" "), 66, "Where is the broker?"],
    ["credentials --profile claims", 65, "There is no latchkey.yaml"],
    ["mcp", 66, "Where is the broker?"],
    ["audit verify --events . --key none.pem", 2, "none.pem cannot be read."],
    ["audit report --month 2026-11", 3, "No AWS region is set"],
    ["policy check", 65, "The policy commands need Cedar: npm install"],
  ])("has all that is loaded by: latchkey %s", async (command, code, sentence) => {
    const env = { PATH: process.env.PATH, HOME: consumer };
    const latchkey = join(consumer, "node_modules/.bin/latchkey");
    const failed = await run(latchkey, command.split(" "), { cwd: consumer, env }).catch((error) => error);
    expect(failed).toMatchObject({ code, stdout: "" });
    expect(failed.stderr).toMatch(/^[^\n]+\n$/);
    expect(failed.stderr).toContain(sentence);
  });

  test("is imported, and every name of its types is there", async () => {
    const wanted = ["connect", "DeniedError", "fromLatchkey", "LatchkeyError", "NoAccessError", "OverError"];
    const actions = ["ActionFailedError", "performAction", "performPermitted", "PermitError", "redeemPermit"];
    const rest = ["reportOutcome", "requireApproval", "verifyPermit", "readMasked", "withMaskedRows"];
    const more = ["PendingError", "RefusedError", "RejectedError", "withAccess", ...actions, ...rest];
    const script = `import * as latchkey from "latchkey"; console.log(JSON.stringify(Object.keys(latchkey)));`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: consumer });
    expect(JSON.parse(stdout)).toEqual([...wanted, ...more].sort((a, b) => (a < b ? -1 : 1)));
  });

  test("compiles in a strict program, whose mistakes it finds", async () => {
    const program = `
import { type Alternative, DeniedError, fromLatchkey, type Grant, PendingError, performPermitted, readMasked, requireApproval, verifyPermit, withAccess } from "latchkey";
const ask = { resource: "claims", access: "read", window: "30m", purpose: "test" };
const stop = new AbortController();
export const text: string = await withAccess(ask, async (credentials, grant: Grant) => {
  const { accessKeyId, expiration } = await credentials();
  return \`\${accessKeyId} \${expiration?.toISOString()} \${grant.window.endsAt}\`;
}, { signal: stop.signal, timeoutSeconds: 60, takeAlternative: true, onWaiting: ({ decision }) => console.log(decision.plan) });
export const provider = fromLatchkey({ profile: "claims" }, { endpoint: "https://example.com/live", region: "eu-west-1" });
await provider.release();
export function smaller(error: unknown): readonly Alternative[] {
  if (error instanceof DeniedError) return error.alternatives;
  if (error instanceof PendingError) console.log(error.grant.retryAfterSeconds);
  return [];
}
type Mail = { template: string; recipients: number };
const mail: Mail = { template: "outage", recipients: 4200 };
export const queued: number = await requireApproval(
  { type: "send-mass-mail", purpose: "test" }, mail,
  ({ permit, parameters }) => performPermitted({ type: "send-mass-mail", permit, parameters }, ({ recipients }) => recipients),
);
for await (const row of readMasked("k7m2aaaaaaaaaaaa", { columns: ["claim"] })) console.log(row.claim);
export const until: Date = (await verifyPermit("a.b.c", { type: "t", parameters: mail, audience: "a", issuer: "https://example.com" })).expiresAt;
// @ts-expect-error what was approved is not changed
await requireApproval({ type: "send-mass-mail", purpose: "test" }, mail, ({ parameters }) => { parameters.recipients = 1; });
// @ts-expect-error a purpose is needed
await withAccess({ resource: "claims", access: "read", window: 900 }, () => 1);
// @ts-expect-error there is no such option
fromLatchkey(ask, { timeout: 5 });
// @ts-expect-error a grant has no such field
export const none = (grant: Grant) => grant.credentials;
`;
    writeFileSync(join(consumer, "program.ts"), program);
    const compilerOptions = {
      ...{
        strict: true,
        noEmit: true,
        module: "nodenext",
        target: "es2022",
        exactOptionalPropertyTypes: true,
      },
      ...{ skipLibCheck: false, types: ["node"], typeRoots: [join(root, "node_modules/@types")] },
    };
    writeFileSync(
      join(consumer, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["program.ts"] }),
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const compiled = await run(process.execPath, [tsc, "-p", consumer], { cwd: consumer }).catch(
      (error) => error,
    );
    expect(compiled.stdout).toBe("");
  });

  test("names the licence of all that it bundles", () => {
    const notice = readFileSync(join(built, "THIRD-PARTY.txt"), "utf8");
    for (const name of ["commander", "jose", "zod", "yaml", "@smithy/signature-v4"])
      expect(notice).toMatch(new RegExp(`^${name} \\d`, "m"));
  });
});

describe("the bundle", () => {
  const folders = ["a", "b"].map((name) => join(place, name));
  let metafile: Metafile;
  beforeAll(async () => {
    [metafile] = (await Promise.all(
      folders.map(async (folder) => (await bundle(root, folder)).metafile),
    )) as [Metafile];
  }, 60_000);
  const output = (name: string): string =>
    Object.keys(metafile.outputs).find((path) => path.endsWith(`/a/${name}`)) ?? "";
  const heavy = /zod|yaml|@aws-sdk|@smithy|@aws-crypto|hyparquet|cedar|modelcontextprotocol/;

  test("loads nothing heavy before a command needs it", () => {
    const atOnce = packagesIn(metafile, loadedWith(metafile, output("cli.js")));
    expect(atOnce).toEqual(["node_modules/commander"]);
    // The means of the check find what is heavy where it is.
    expect(packagesIn(metafile).filter((name) => heavy.test(name)).length).toBeGreaterThan(10);
  });

  test("is the same to the byte each time", () => {
    const [first, second] = folders.map((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "utf8")])
        .sort(),
    );
    expect(first?.length).toBeGreaterThan(10);
    expect(second).toEqual(first);
  });
});
