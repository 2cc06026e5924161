import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installPython } from "../../../local/install.ts";
import { instancePaths, projectRoot, sharedPaths } from "../../../local/paths.ts";

const venv = join(sharedPaths.home, "fuzz-venv");
/** `botocore` signs; the release that the local AWS has too. */
const pins = ["schemathesis==4.32.5", "botocore==1.43.106"];

export const installSchemathesis = () => installPython({ venv, pins, what: "Schemathesis" });

/** What the hooks (`latchkey_hooks.py`) are told of the world in which they generate. */
type World = {
  /** Absent: calls are not signed. */
  keys?: { accessKeyId: string; secretAccessKey: string } | undefined;
  region: string;
  /** Of grants and lockdowns that there are. */
  ids: string[];
  /** Of a link that somebody was sent. */
  token?: string;
  resources: string[];
  /** An agent that may be locked down. */
  spare: string;
};
type Run = { name: string; url: string; tags: string[]; world: World };

// The coverage phase tries every boundary of every field, some 4,000 calls: minutes, and for a person to start.
const PHASES = "examples,fuzzing";
const CHECKS = [
  ...["not_a_server_error", "status_code_conformance", "content_type_conformance"],
  ...["response_headers_conformance", "response_schema_conformance", "negative_data_rejection"],
].join(",");
const BOUNDS = ["--seed", "7", "--max-examples", "12", "--no-shrink", "--continue-on-failure"];
const QUIET = ["--warnings", "off", "--generation-database", "none", "--request-timeout", "60"];

/** What was found, in Schemathesis' words, and how often each operation answered with each status and code. */
export type Fuzzed = { failed: boolean; said: string; tally: Record<string, number> };

/** Generates calls from docs/openapi.json, well-formed and not, sends them, and holds the answers against it. */
export async function fuzz({ name, url, tags, world }: Run): Promise<Fuzzed> {
  const folder = join(instancePaths().home, "fuzz");
  mkdirSync(folder, { recursive: true });
  const tally = join(folder, `${name}.json`);
  rmSync(tally, { force: true });
  const about = ["--no-color", "run", join(projectRoot, "docs", "openapi.json"), "--url", url];
  const only = tags.flatMap((tag) => ["--include-tag", tag]);
  const limits = [...BOUNDS, ...QUIET, "--phases", PHASES, "--checks", CHECKS];
  const said = await new Promise<{ failed: boolean; said: string }>((done) => {
    const env = {
      PATH: process.env.PATH ?? "",
      PYTHONPATH: join(projectRoot, "test", "e2e", "fuzz"),
      PYTHONDONTWRITEBYTECODE: "1",
      SCHEMATHESIS_HOOKS: "latchkey_hooks",
      LATCHKEY_FUZZ: JSON.stringify({ ...world, tally }),
    };
    const options = { cwd: folder, env, timeout: 500_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(join(venv, "bin", "st"), [...about, ...only, ...limits], options, (error, stdout, stderr) =>
      done({ failed: error !== null, said: `${stdout}${stderr}` }),
    );
  });
  return { ...said, tally: JSON.parse(readFileSync(tally, "utf8")) as Fuzzed["tally"] };
}
