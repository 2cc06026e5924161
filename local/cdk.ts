import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import * as z from "zod";
import type { StackOutputs } from "./local-json.ts";
import { type InstancePaths, instancePaths, makeHome, projectRoot, sharedPaths } from "./paths.ts";
import { accountId, isRunning, region, type Server } from "./server.ts";

const cli = join(projectRoot, "node_modules", ".bin", "cdk");

/** A synthesised app. `hash` is that of everything it was made from. */
export type Assembly = { directory: string; hash: string };

/**
 * Nothing of the user's AWS configuration, so that no command here can reach a real account. HOME too: the CLI
 * would keep an id and a cache there.
 */
function cdkEnvironment(paths: InstancePaths, server?: Server): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), join(projectRoot, "node_modules", ".bin"), process.env.PATH];
  return {
    PATH: path.join(delimiter),
    HOME: paths.temporary,
    TMPDIR: paths.temporary,
    LANG: "C.UTF-8",
    CI: "1",
    NO_COLOR: "1",
    CDK_DISABLE_VERSION_CHECK: "1",
    CDK_DISABLE_CLI_TELEMETRY: "true",
    AWS_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...(server && {
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_ACCESS_KEY_ID: server.adminAccessKeyId,
      AWS_SECRET_ACCESS_KEY: server.adminSecretAccessKey,
    }),
  };
}

type CdkRun = { paths: InstancePaths; server?: Server; input: string[]; stdout?: string; cwd?: string };

/**
 * Runs the CDK CLI; what it prints goes to the deploy log (or `stdout` to a file of its own). Only the synthesis runs
 * where cdk.json is: `cdk bootstrap` would synthesise the whole app there, without our context, for nothing.
 */
async function cdk(doing: string, { paths, server, input, stdout, cwd = paths.home }: CdkRun): Promise<void> {
  makeHome(paths);
  writeFileSync(paths.deployLog, `\n== cdk ${input.join(" ")}\n`, { flag: "a", mode: 0o600 });
  const log = openSync(paths.deployLog, "a");
  const out = stdout === undefined ? log : openSync(stdout, "w");
  const from = statSync(paths.deployLog).size;
  const child = spawn(cli, [...input, "--no-notices"], {
    cwd,
    env: cdkEnvironment(paths, server),
    stdio: ["ignore", out, log],
  });
  const ended = await new Promise<string>((resolve, reject) => {
    child.once("error", reject).once("exit", (code, how) => resolve(String(how ?? code)));
  });
  for (const file of new Set([log, out])) closeSync(file);
  if (ended === "0") return;
  const said = readFileSync(paths.deployLog).subarray(from).toString("utf8").trimEnd();
  const end = said.split("\n").slice(-40).join("\n");
  const because = server && !isRunning(server) ? ` because the server ended: see ${paths.serverLog}` : "";
  throw new Error(
    `${doing} failed${because} (cdk ${input[0]} ended with ${ended}). The whole log is ${paths.deployLog}.\n${end}`,
  );
}

/** What the assembly is made from. An input that is missing here is a change that nobody's local AWS notices. */
const inputs = "infra functions policy statemachines cdk.json package-lock.json tsconfig.json".split(" ");

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== "node_modules" && entry.name !== "cdk.out")
    .flatMap((entry) => filesBelow(join(path, entry.name)))
    .sort();
}

/** One hash over names and contents of all inputs and Node's major version (esbuild and the app run on it). */
export function hashInputs(): string {
  const hash = createHash("sha256").update(`node ${process.versions.node.split(".")[0]}`);
  for (const file of inputs.flatMap((input) => filesBelow(join(projectRoot, input)))) {
    const content = createHash("sha256").update(readFileSync(file)).digest("hex");
    hash.update(`\n${relative(projectRoot, file)} ${content}`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** The app as deployed locally. Bundling takes 10 s, so each version is synthesised once, for all instances. */
export async function synthesize(paths = instancePaths()): Promise<Assembly> {
  const hash = hashInputs();
  const directory = join(sharedPaths.assemblies, hash);
  if (!existsSync(directory)) {
    mkdirSync(sharedPaths.assemblies, { recursive: true });
    // Renamed when whole, as another instance may be looking (and whoever is second has made the same).
    const making = `${directory}.${process.pid}`;
    try {
      const input = ["synth", "--quiet", "-c", "latchkey:local=true", "--output", making];
      await cdk("Synthesising the app", { paths, input, cwd: projectRoot });
      if (hashInputs() !== hash)
        throw new Error("The code was changed during the synthesis. Please start again.");
      if (!existsSync(directory)) renameSync(making, directory);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  utimesSync(directory, new Date(), new Date());
  forgetOldAssemblies(directory);
  return { directory, hash };
}

/** Keeps the four that were used last, and what is younger than an hour: somebody may be making or deploying it. */
function forgetOldAssemblies(current: string): void {
  const known = readdirSync(sharedPaths.assemblies)
    .map((name) => join(sharedPaths.assemblies, name))
    .map((path) => ({ path, used: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .filter(({ path, used }) => path !== current && used < Date.now() - 3_600_000)
    .sort((one, other) => other.used - one.used);
  for (const { path } of known.slice(3)) rmSync(path, { recursive: true, force: true });
}

const template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });
const version = z.object({ version: z.string() });

/** CDK's own bootstrap template without its staging bucket's policy: that denies plain HTTP, which is what we speak. */
async function bootstrapTemplate(paths: InstancePaths): Promise<string> {
  const manifest = join(projectRoot, "node_modules", "aws-cdk", "package.json");
  const release = version.parse(JSON.parse(readFileSync(manifest, "utf8"))).version;
  const kept = join(sharedPaths.home, `bootstrap-${release}.json`);
  if (existsSync(kept)) return kept;

  const beside = `${kept}.${process.pid}`;
  try {
    const input = ["bootstrap", "--show-template", "--json"];
    await cdk("Reading CDK's bootstrap template", { paths, input, stdout: beside });
    const { Resources, ...rest } = template.parse(JSON.parse(readFileSync(beside, "utf8")));
    const { StagingBucketPolicy, ...others } = Resources;
    if (StagingBucketPolicy === undefined) {
      throw new Error(
        "CDK's bootstrap template has no StagingBucketPolicy any more, which the local AWS leaves out. " +
          `Find what denies plain HTTP in aws-cdk ${release}, and leave that out in local/cdk.ts.`,
      );
    }
    writeFileSync(beside, JSON.stringify({ ...rest, Resources: others }));
    renameSync(beside, kept);
    return kept;
  } finally {
    rmSync(beside, { force: true });
  }
}

/** What `cdk deploy` needs to find: the bucket for assets and the roles that it deploys with. */
export async function bootstrap(server: Server, paths = instancePaths()): Promise<void> {
  const input = ["bootstrap", `aws://${accountId}/${region}`, "--template", await bootstrapTemplate(paths)];
  await cdk("Bootstrapping", { paths, server, input });
}

/** Which stacks (all, when none is named), and their parameters by "Stack:Parameter". */
export type Deployment = { assembly: Assembly; stacks?: string[]; parameters?: Record<string, string> };

/** Deploys, new or over what is there, and gives the outputs of all the stacks it was asked for. */
export async function deployStacks(
  server: Server,
  { assembly, stacks = [], parameters = {} }: Deployment,
  paths = instancePaths(),
): Promise<StackOutputs> {
  rmSync(paths.outputs, { force: true });
  const input = ["deploy", "--app", assembly.directory, ...(stacks.length > 0 ? stacks : ["--all"])];
  input.push("--require-approval", "never", "--outputs-file", paths.outputs);
  // No change sets (nobody reviews them here), and independent stacks at once: 1.6 s instead of 2.4 s.
  input.push("--method", "direct", "--concurrency", "4");
  for (const [name, value] of Object.entries(parameters)) input.push("--parameters", `${name}=${value}`);
  await cdk("Deploying", { paths, server, input });
  return z
    .record(z.string(), z.record(z.string(), z.string()))
    .parse(JSON.parse(readFileSync(paths.outputs, "utf8")));
}
