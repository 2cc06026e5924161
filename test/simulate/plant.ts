import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const PATCHES = join(import.meta.dirname, "planted");
/** What a simulation reads, beside packages. */
const NEEDED = [
  "functions",
  "policy",
  "statemachines",
  "client/policy",
  "client/errors.ts",
  "local/data",
  "package.json",
];
const NEEDED_TESTS = ["fakes", "simulate", "workflow", "core/kinds", "functions/read-masked"];

/** A bug on purpose: its patch, and the invariants of which one must be seen broken. */
export type Planted = {
  name: string;
  file: string;
  expected: readonly string[];
  /** Where it is found: found anew by `LATCHKEY_PLANTED=150`, which tries so many seeds from 1. */
  seeds: readonly number[];
  why: string;
};
/** The first line of a patch. */
const FOUND = /^Found as (I-\d+(?:\|I-\d+)*) in seed (\d+(?:,\d+)*)$/;

export async function plantedBugs(): Promise<Planted[]> {
  const files = (await readdir(PATCHES)).filter((file) => file.endsWith(".patch")).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(PATCHES, file), "utf8");
      const [first = "", why = ""] = text.split("\n");
      const [, ids, seeds] = FOUND.exec(first) ?? [];
      if (!ids || !seeds) throw new Error(`${file} must begin with "Found as I-.. in seed ..".`);
      const name = file.replace(".patch", "");
      const bug = { name, file: join(PATCHES, file), expected: ids.split("|"), why };
      return { ...bug, seeds: seeds.split(",").map(Number) };
    }),
  );
}

/** A copy of all that a simulation needs, in which `functions/` may be broken. Whoever asks for it removes it. */
export async function copyOfTree(): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "latchkey-planted-"));
  const all = [...NEEDED, ...NEEDED_TESTS.map((path) => `test/${path}`)];
  for (const path of all)
    if (existsSync(join(ROOT, path))) await cp(join(ROOT, path), join(root, path), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

async function git(root: string, ...args: string[]): Promise<void> {
  // Not as part of a repository that the folder may happen to be in.
  await execute("git", ["apply", ...args], { cwd: root, env: { ...process.env, GIT_DIR: "/dev/null" } });
}

/** Plants a bug in a copy, does something, and takes it out again. */
export async function whilePlanted<T>(
  root: string,
  { name, file }: Planted,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await git(root, file);
  } catch (fault) {
    throw new Error(`planted/${name}.patch does not fit functions/ any more: make it anew.`, {
      cause: fault,
    });
  }
  try {
    return await work();
  } finally {
    await git(root, "-R", file);
  }
}

/** Modules find files beside them: each as it lies in the copy, although all become one file. */
const inPlace: Plugin = {
  name: "in-place",
  setup: (on) =>
    on.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const [folder, file] = [dirname(path), path].map((each) => JSON.stringify(each));
      const url = JSON.stringify(pathToFileURL(path).href);
      const contents = text
        .replaceAll("import.meta.dirname", String(folder))
        .replaceAll("import.meta.filename", String(file))
        .replaceAll("import.meta.url", url);
      return { contents, loader: "ts" };
    }),
};

/**
 * What the first of some simulations in a copy that fails says; undefined when all of them pass. As one file, which starts
 * in a fraction of the time that its thousand modules take.
 */
export async function firstFound(
  root: string,
  seeds: readonly number[],
): Promise<{ id: string; seed: number } | undefined> {
  const outfile = join(root, "simulation.mjs");
  await build({
    ...{ absWorkingDir: root, entryPoints: ["test/simulate/run.ts"], outfile },
    ...{ bundle: true, platform: "node", format: "esm", packages: "external", logLevel: "error" },
    plugins: [inPlace],
  });
  const { stdout } = await execute(process.execPath, [outfile, "--seeds", seeds.join(","), "--find"], {
    cwd: root,
    maxBuffer: 64e6,
  });
  const [, id, at] = /^FOUND (I-\d+|client) (\d+)$/m.exec(stdout) ?? [];
  if (id !== undefined) return { id, seed: Number(at) };
  if (!stdout.includes("All invariants held"))
    throw new Error(`the simulation said: ${stdout.slice(-2_000)}`);
  return undefined;
}
