import { execFileSync } from "node:child_process";
import type { Found, PolicyFolder } from "../../functions/core/policy/files/folder.ts";
import { CliError, exitCodes } from "../exit.ts";

/** A policy has dozens of small files; more than this is none. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * A policy folder can be made to look like a repository itself (HEAD, objects, refs, and a `config` that runs programs);
 * git is told to see none there. Nor may one object stand for another.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
 */
const ALWAYS = ["-c", "safe.bareRepository=explicit", "--no-replace-objects"];

/** What git says, in a folder. Never through a shell; its own complaint is for `wrong`. */
function git(dir: string, args: readonly string[], wrong: (said: string) => string): Buffer {
  try {
    return execFileSync("git", [...ALWAYS, "-C", dir, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: MOST_BYTES,
    });
  } catch (fault) {
    const { code, stderr } = fault as NodeJS.ErrnoException & { stderr?: Buffer };
    if (code === "ENOENT")
      throw new CliError("git is not installed: compare with a folder.", exitCodes.usage);
    if (code === "ENOBUFS") throw new CliError(wrong("it is larger than 16 MiB"), exitCodes.usage);
    const [said = ""] = (stderr?.toString("utf8") ?? "").split("\n");
    throw new CliError(wrong(said.replace(/^fatal: /, "")), exitCodes.usage);
  }
}

/**
 * What git may be given as a commit: branches, tags, ids, `HEAD~1`, `main@{1}`. Nothing that begins as an option does, and
 * no path or range, which would be another thing. https://git-scm.com/docs/gitrevisions
 */
const REF = /^[A-Za-z0-9_][A-Za-z0-9_./~^@{}+-]{0,199}$/;
const isRef = (text: string): boolean => REF.test(text) && !text.includes("..");

/** One line of `git ls-tree`: mode, type and id of an object, and its path. */
const ENTRY = /^(?<mode>\d{6}) (?<type>\w+) (?<id>[0-9a-f]{40,64})\t(?<path>.+)$/s;
type Blob = { id: string; path: string };

/** The plain files of a folder in a commit. A link or a submodule is none: what it leads to is not in the commit. */
function blobsIn(dir: string, commit: string, prefix: string): Blob[] {
  const where = prefix === "" ? [] : ["--", prefix];
  const listed = git(dir, ["ls-tree", "-r", "-z", "--full-tree", commit, ...where], (said) => said);
  return listed
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      const { mode, type, id = "", path = "" } = ENTRY.exec(line)?.groups ?? {};
      return type === "blob" && mode !== "120000" ? [{ id, path: path.slice(prefix.length) }] : [];
    });
}

const MISSING = { reason: "it does not exist" };

/**
 * The policy folder as it is in a commit of the repository that it lies in. Problems call it `main:policy`, as git would.
 * The ref is made an id first, so that a branch that moves meanwhile changes nothing.
 */
export function folderInGit(dir: string, ref: string): PolicyFolder {
  if (!isRef(ref))
    throw new CliError(
      `${JSON.stringify(ref)} is not the name of a commit; a folder is written as ./… or /….`,
      exitCodes.usage,
    );
  const prefix = git(dir, ["rev-parse", "--show-prefix"], (said) =>
    said.startsWith("not a git repository")
      ? `${dir} is in no git repository, so there is no ${ref} of it: a folder is written as ./… or /….`
      : `${dir} is in no git repository: ${said}.`,
  )
    .toString("utf8")
    .replace(/\n$/, "");
  const commit = git(
    dir,
    ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`],
    () =>
      `There is no commit ${ref} here: fetch it first (actions/checkout: fetch-depth: 0); a folder is written ./${ref}`,
  )
    .toString("utf8")
    .trim();
  const name = `${ref}:${prefix.replace(/\/$/, "") || "."}`;
  const blobs = blobsIn(dir, commit, prefix);
  if (blobs.length === 0)
    throw new CliError(`${name} does not exist: there is no policy in that commit.`, exitCodes.usage);
  return {
    name,
    read(path): Found<Uint8Array> {
      const blob = blobs.find((each) => each.path === path);
      return blob ? { value: git(dir, ["cat-file", "blob", blob.id], (said) => said) } : MISSING;
    },
    list(path): Found<string[]> {
      const start = path === "" ? "" : `${path}/`;
      const within = blobs.filter((each) => each.path.startsWith(start));
      const names = new Set(within.map((each) => each.path.slice(start.length).split("/")[0] ?? ""));
      return within.length > 0 ? { value: [...names] } : MISSING;
    },
  };
}
