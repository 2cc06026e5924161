import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const specs = z.record(z.string(), z.string()).default({});
const entry = z.looseObject({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  license: z.string().optional(),
  dependencies: specs,
  devDependencies: specs,
  optionalDependencies: specs,
});
/** What this needs of package-lock.json: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json */
const lockfile = z.looseObject({ lockfileVersion: z.literal(3), packages: z.record(z.string(), entry) });
export type Lockfile = z.infer<typeof lockfile>;
type Entry = z.infer<typeof entry>;

export const parseLockfile = (text: string): Lockfile => lockfile.parse(JSON.parse(text));
export const readLockfile = (root: string): Lockfile =>
  parseLockfile(readFileSync(join(root, "package-lock.json"), "utf8"));

/** What is installed without `--omit=dev`, and so may ship: its folder, name, version and licence. */
export const shipped = ({ packages }: Lockfile): { folder: string; name: string; entry: Entry }[] =>
  Object.entries(packages).flatMap(([folder, each]) =>
    folder === "" || each.dev || each.devOptional ? [] : [{ folder, name: nameOf(folder), entry: each }],
  );
/** A package's name, by the last folder of its path. */
export const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf("node_modules/") + 13);

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
/** A range of versions of a registry's package, or an alias to one: no URL, repository, file or folder. */
const isOfARegistry = (spec: string): boolean =>
  /^[\w\s.*<>=^~|+-]*$/.test(spec.replace(/^npm:(@[\w.-]+\/)?[\w.-]+@/, ""));

function inEntry(folder: string, { version, resolved, integrity, link, inBundle }: Entry): string[] {
  const problems: string[] = [];
  if (link) problems.push("is a link to a folder");
  if (!version || !EXACT.test(version)) problems.push(`has the version ${version ?? "none"}`);
  // Written by no install here (`omit-lockfile-registry-resolved`), so that a lockfile names no host to fetch from.
  if (resolved !== undefined) problems.push("says where it is fetched from: delete `resolved`");
  // What lies in another's tarball is covered by that one's hash.
  if (!inBundle && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ""))
    problems.push("has no sha512 integrity");
  return problems.map((problem) => `${folder} ${problem}`);
}

/** Whatever lets an install bring other bytes than were reviewed, as sentences. */
export function lockfileProblems({ packages }: Lockfile): string[] {
  const { "": root, ...rest } = packages;
  if (!root) return ["the lockfile has no root"];
  const own = { ...root.dependencies, ...root.devDependencies, ...root.optionalDependencies };
  return [
    ...Object.entries(own)
      .filter(([, spec]) => !EXACT.test(spec))
      .map(([name, spec]) => `${name} is wanted as ${spec}: pin one version`),
    ...Object.entries(rest).flatMap(([folder, each]) => inEntry(folder, each)),
    ...Object.entries(rest).flatMap(([folder, { dependencies, optionalDependencies }]) =>
      Object.entries({ ...dependencies, ...optionalDependencies })
        .filter(([, spec]) => !isOfARegistry(spec))
        .map(([name, spec]) => `${folder} wants ${name} from ${spec}, which is no registry`),
    ),
  ];
}
