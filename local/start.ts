import { readFileSync, rmSync } from "node:fs";
import * as z from "zod";
import { green } from "../client/progress.ts";
import { WEBHOOK_SECRET } from "../functions/notify/channels/slack.ts";
import { type Assembly, bootstrap, deployStacks, hashInputs, synthesize } from "./cdk.ts";
import { adminConfig, type Identity, makeIdentities } from "./identities.ts";
import { installLocalAws, withLock } from "./install.ts";
import {
  describeLocal,
  type LocalJson,
  readLocalJson,
  writeLocalJson,
  writePrivately,
} from "./local-json.ts";
import { type InstancePaths, instancePaths, makeHome } from "./paths.ts";
import { say, step } from "./progress.ts";
import { jobsUrl, receiveNotices, runningReceiver, startReceiver, stopReceiver } from "./receiver.ts";
import { accountId, readServer, region, type Server, startServer, stopServer } from "./server.ts";

/** What SDK clients need to act as the local AWS's administrator. */
export type Admin = ReturnType<typeof adminConfig>;

export type StartOptions = {
  /** Who gets access keys: the agents and people whose principal is an IAM user. */
  identities: Identity[];
  /** Which stacks to deploy; all, when absent. */
  stacks?: string[];
  /** Has the record's last full hour signed, so that it can be verified at once. Runs after every deploy. */
  sign?: (admin: Admin) => Promise<void>;
  /** Puts the example company's data in. Runs after every deploy too. */
  seed?: (local: LocalJson, admin: Admin) => Promise<void>;
};

export type Started = { local: LocalJson; how: "started" | "redeployed" | "reused" };

/** What the last complete deploy was: which server (by its key, new at each start) has which assembly. */
const deployedMarker = z.strictObject({ server: z.string(), assembly: z.string() });

/** Brings the local AWS up with the app as it is now, with as little work as that takes. */
export async function startLocal(options: StartOptions, paths = instancePaths()): Promise<Started> {
  return holdingLock(paths, async () => {
    const found = await readServer(paths);
    const complete = found.status === "healthy" ? readComplete(found.server, paths) : undefined;
    // Anything half done is not repaired but made anew: what it lacks cannot be known, and it takes seconds.
    if (found.status !== "healthy" || !complete) return startFromNothing(options, paths);
    if (complete.assembly === hashInputs() && runningReceiver(paths)) {
      say(`${green("✓")} The local AWS is up already (${found.server.endpoint})`);
      return { local: complete.local, how: "reused" };
    }
    const assembly = await timedSynthesis(paths);
    const existing = complete.local.identities;
    return {
      local: await deploy({ options, paths, server: found.server, assembly, existing }),
      how: "redeployed",
    };
  });
}

/** Stops the server that this instance started, if it is up, and removes what was in it. */
export async function stopLocal(paths = instancePaths()): Promise<"stopped" | "nothing to stop"> {
  return holdingLock(paths, async () => {
    rmSync(paths.localJson, { force: true }); // first: nobody should find a server that is going away
    await stopReceiver(paths);
    const stopped = await stopServer(paths);
    wipe(paths);
    return stopped;
  });
}

async function holdingLock<T>(paths: InstancePaths, work: () => Promise<T>): Promise<T> {
  makeHome(paths);
  const whenHeld = (pid: number) =>
    `The local AWS is being started or stopped by another process (${pid}). Wait until that has ended, and try again.`;
  return withLock({ path: paths.lock, whenHeld }, work);
}

/** The marker and local.json are both there, whole, and about this very server. */
function readComplete(server: Server, paths: InstancePaths) {
  try {
    const marker = deployedMarker.parse(JSON.parse(readFileSync(paths.deployed, "utf8")));
    const local = readLocalJson(paths.localJson);
    if (marker.server !== server.adminAccessKeyId || local?.endpoint !== server.endpoint) return undefined;
    return { assembly: marker.assembly, local };
  } catch {
    return undefined;
  }
}

function wipe(paths: InstancePaths): void {
  const { localJson, deployed, outputs, temporary, state } = paths;
  for (const path of [localJson, deployed, outputs, temporary, state]) {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 }); // a worker's last breath may still write there
  }
}

async function timedSynthesis(paths: InstancePaths): Promise<Assembly> {
  return step({ doing: "Synthesising the app", done: "App synthesised" }, () => synthesize(paths));
}

async function startFromNothing(options: StartOptions, paths: InstancePaths): Promise<Started> {
  await stopReceiver(paths);
  await stopServer(paths);
  wipe(paths);
  rmSync(paths.deployLog, { force: true });
  makeHome(paths);
  // Ctrl-C ends the commands under way, which run on the same terminal, but not the server: nobody wants half a one.
  const interrupted = () =>
    void stopReceiver(paths)
      .then(() => stopServer(paths))
      .finally(() => process.exit(130));
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, interrupted); // tsx passes them on once more
  // Both take seconds and neither needs the other. Both are waited for, whatever happens: nothing of a failed
  // start may go on after it.
  const [server, assembly] = await Promise.allSettled([serverToDeployTo(paths), timedSynthesis(paths)]);
  try {
    if (server.status === "rejected") throw server.reason;
    if (assembly.status === "rejected") throw assembly.reason;
    const local = await deploy({
      options,
      paths,
      server: server.value,
      assembly: assembly.value,
      existing: {},
    });
    return { local, how: "started" };
  } catch (error) {
    await stopReceiver(paths);
    await stopServer(paths);
    throw error;
  } finally {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, interrupted);
  }
}

async function serverToDeployTo(paths: InstancePaths): Promise<Server> {
  const done = (how: "installed" | "there already") =>
    how === "installed" ? "Local AWS installed" : "Local AWS is installed";
  await step({ doing: "Installing the local AWS (about 180 MB, once)", done }, installLocalAws);
  const server = await step({ doing: "Starting the local AWS", done: "Local AWS started" }, () =>
    startServer(paths),
  );
  await step({ doing: "Bootstrapping it for CDK", done: "Bootstrapped for CDK" }, () =>
    bootstrap(server, paths),
  );
  return server;
}

type DeployInput = {
  options: StartOptions;
  paths: InstancePaths;
  server: Server;
  assembly: Assembly;
  existing: LocalJson["identities"];
};

/** Deploys, new or in place, and all that comes after; local.json last, as its presence says that it is complete. */
async function deploy({ options, paths, server, assembly, existing }: DeployInput): Promise<LocalJson> {
  rmSync(paths.localJson, { force: true });
  rmSync(paths.deployed, { force: true });
  const { stacks, identities: wanted, sign, seed } = options;
  const admin = adminConfig(server);

  const jobs = jobsUrl(await startReceiver(paths));
  const parameters = {
    "LatchkeyBroker:LocalEndpoint": server.endpoint,
    "LatchkeyBroker:LocalJobsEndpoint": jobs,
  };
  const outputs = await step({ doing: "Deploying the app", done: "App deployed" }, () =>
    deployStacks(server, { assembly, parameters, ...(stacks && { stacks }) }, paths),
  );
  const identities = await step(
    { doing: "Making access keys", done: `Access keys made for ${wanted.length}` },
    () => makeIdentities(server, wanted, existing),
  );
  const noticesUrl = await step({ doing: "Opening the Slack channel", done: "Slack channel opened" }, () =>
    receiveNotices(admin, WEBHOOK_SECRET, paths),
  );
  const where = { endpoint: server.endpoint, region, accountId, noticesUrl };
  const local = describeLocal(where, outputs, identities);
  if (seed) await step({ doing: "Seeding data", done: "Data seeded" }, () => seed(local, admin));
  const signing = {
    doing: "Signing the record's last full hour",
    done: "Record signed up to the last full hour",
  };
  if (sign) await step(signing, () => sign(admin));

  writePrivately(paths.deployed, { server: server.adminAccessKeyId, assembly: assembly.hash });
  writeLocalJson(local, paths.localJson);
  return local;
}
