import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** What every instance shares: slow to make, never changed by a running instance. All git-ignored. */
export const sharedPaths = {
  home: join(projectRoot, ".latchkey"),
  venv: join(projectRoot, ".latchkey", "venv"),
  assemblies: join(projectRoot, ".latchkey", "assembly"),
} as const;

export type InstancePaths = ReturnType<typeof instancePaths>;

/**
 * Where one local AWS keeps its things. `LATCHKEY_HOME` (relative to the project's root) names another instance:
 * tests use `.latchkey/e2e`, so that they never touch the one a user works with.
 */
export function instancePaths(environment: NodeJS.ProcessEnv = process.env) {
  const home = resolve(projectRoot, environment.LATCHKEY_HOME ?? ".latchkey");
  return {
    home,
    localJson: join(home, "local.json"),
    /** Which server, with which secrets: see server.ts. */
    server: join(home, "server.json"),
    /** The receiver of Slack's posts: see receiver.ts. */
    receiver: join(home, "receiver.json"),
    /** What was deployed completely: see start.ts. */
    deployed: join(home, "deployed.json"),
    lock: join(home, "start.lock"),
    serverLog: join(home, "server.log"),
    deployLog: join(home, "deploy.log"),
    outputs: join(home, "outputs.json"),
    /** TMPDIR and HOME of the server and its functions: what they leave behind is wiped with it. */
    temporary: join(home, "tmp"),
    /** Object bodies and whatever else the server puts on disk. */
    state: join(home, "state"),
  };
}

const packageJson = `${JSON.stringify({ name: "latchkey-local-aws", type: "commonjs" })}\n`;

/** Below the project's `.latchkey`, empty, or made by us before: `tmp` and `state` in it will be wiped. */
function isOurs(home: string): boolean {
  if (`${home}${sep}`.startsWith(sharedPaths.home + sep)) return true;
  if (!existsSync(home) || readdirSync(home).length === 0) return true;
  const own = join(home, "package.json");
  return existsSync(own) && readFileSync(own, "utf8") === packageJson;
}

/**
 * Makes the folders. The `package.json` is needed: the server unpacks functions below `tmp`, and its CommonJS
 * worker exits at once where the nearest package.json (the project's) says `"type": "module"`.
 */
export function makeHome(paths: InstancePaths): void {
  if (!isOurs(paths.home)) {
    throw new Error(`LATCHKEY_HOME (${paths.home}) holds other things. Name a new or an empty folder.`);
  }
  for (const folder of [paths.home, paths.temporary, paths.state]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(paths.home, "package.json"), packageJson);
}
