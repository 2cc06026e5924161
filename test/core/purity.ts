import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** What the core may not contain: SDKs, files, processes, the network, the clock, chance, the environment. */
const FORBIDDEN: [string, RegExp][] = [
  // But for the arithmetic of SigV4, which is told the time.
  ["the AWS SDK", /["'](@aws-sdk|@smithy(?!\/(signature-v4|protocol-http)["']))\//],
  ["Powertools", /["']@aws-lambda-powertools\//],
  [
    "files, processes or the network",
    /["'](node:)?(fs|fs\/promises|child_process|net|http|https|dns|os|worker_threads)["']/,
  ],
  [
    "the clock",
    /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()|(?<!new )\bDate\(|\bperformance\.now\b|\bhrtime\b/,
  ],
  ["timers", /\bset(Timeout|Interval|Immediate)\b/],
  ["chance", /\bMath\.random\b|\brandom(Bytes|UUID|Int|FillSync|Fill)\b|\bgetRandomValues\b/],
  ["the environment", /\bprocess\.|\bprocess\[|["'](node:)?process["']/],
  ["the network", /\bfetch\s*\(/],
  ["modules unknown before it runs", /\bimport\s*\((?!\s*["'])|\brequire\s*\(/],
];

/** Source without comments, so that a sentence about the clock is no use of it. Strings stay as they are. */
function withoutComments(source: string): string {
  return source.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    "$1",
  );
}

/** What a file's own text breaks of the rules. */
export function impurities(source: string): string[] {
  const code = withoutComments(source);
  return FORBIDDEN.filter(([, pattern]) => pattern.test(code)).map(([name]) => name);
}

/** The modules a source names, whatever the form of the import. */
export function importsOf(source: string): string[] {
  const code = withoutComments(source);
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)["']([\w@./:-]+)["']/g);
  return [...found].map(([, name]) => name as string);
}

const PACKAGES = [
  ...[
    "zod",
    "yaml",
    "ajv-formats",
    "ajv/dist/2020.js",
    "jose",
    "canonicalize",
    "@cedar-policy/cedar-wasm/nodejs",
    "node:crypto",
  ],
  ...["@aws-crypto/sha256-js", "@smithy/protocol-http", "@smithy/signature-v4"],
  ...["node:stream", "csv-parse", "hyparquet", "libphonenumber-js"],
];

/** Walks from some files over their imports; each file once. What leaves `root` is a problem, but for a few pure packages. */
export function walk(
  files: readonly string[],
  root: string,
  read: (path: string) => string = (path) => readFileSync(path, "utf8"),
): { seen: string[]; problems: string[] } {
  const seen = new Set<string>();
  const problems: string[] = [];
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const source = read(path);
    problems.push(...impurities(source).map((name) => `${path}: ${name}`));
    for (const name of importsOf(source)) {
      if (!name.startsWith(".")) {
        if (!PACKAGES.includes(name)) problems.push(`${path}: imports ${name}`);
        continue;
      }
      const target = resolve(dirname(path), name);
      if (target.startsWith(`${root}/`)) visit(target);
      else problems.push(`${path}: imports ${name}, which is outside the core`);
    }
  };
  for (const file of files) visit(file);
  return { seen: [...seen], problems };
}
