import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const IMPORT = /((?:from|import\()\s*")(\.[^"]+)\.ts(")/g;

/**
 * Writes the SDK's declarations, those that its entry reaches and no others: what is behind them (zod, the AWS SDK) is
 * nobody's business. Throws when they would name another package.
 */
export function writeTypes(root: string, out: string): void {
  const emitted = mkdtempSync(join(tmpdir(), "latchkey-types-"));
  try {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [tsc, "-p", join(root, "client/sdk"), "--outDir", emitted]);
    const client = join(emitted, "client");
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const path = relative(client, file);
      if (path.startsWith("..")) throw new Error(`The SDK's types reach ${path}.`);
      const text = readFileSync(file, "utf8");
      const foreign = /(?:from|import\()\s*"([^."][^"]*)"/.exec(text);
      if (foreign) throw new Error(`The types of ${path} import ${foreign[1]}.`);
      for (const [, , name] of text.matchAll(IMPORT)) visit(join(dirname(file), `${name}.d.ts`));
      mkdirSync(dirname(join(out, path)), { recursive: true });
      writeFileSync(join(out, path), text.replace(IMPORT, "$1$2.js$3"));
    };
    visit(join(client, "sdk/index.d.ts"));
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}
