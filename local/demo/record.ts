// The end of scene 7, as a process of its own: an auditor proves the record whole, by the command that outsiders run.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { type LocalJson, requireLocalJson } from "../local-json.ts";
import { instancePaths, projectRoot } from "../paths.ts";
import { runTool } from "../progress.ts";
import { openReport } from "./report.ts";

type Ran = { code: number; lines: string[] };

/** Runs `latchkey audit …`; what it printed, and its exit code. */
const latchkey = (...words: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const tsx = join(projectRoot, "node_modules/.bin/tsx");
    const cli = join(projectRoot, "client/cli.ts");
    const where = ["--local-file", instancePaths().localJson];
    execFile(tsx, [cli, "audit", ...where, ...words], (fault, stdout, stderr) => {
      const code = fault ? Number(fault.code ?? 1) : 0;
      resolve({ code, lines: `${stdout}${stderr}`.split("\n").filter(Boolean) });
    });
  });

/** A copy of the record in a folder, as `aws s3 sync` makes one; the keys of what was copied. */
async function copyTo(folder: string, local: LocalJson): Promise<string[]> {
  const credentials = local.identities.colin;
  if (!credentials) throw new Error("local.json has no identity colin.");
  const { endpoint, region, auditBucket: Bucket } = local;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket, ...(ContinuationToken ? { ContinuationToken } : {}) }),
    );
    for (const { Key = "" } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      mkdirSync(dirname(join(folder, Key)), { recursive: true });
      writeFileSync(join(folder, Key), (await Body?.transformToByteArray()) ?? new Uint8Array());
      keys.push(Key);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return keys;
}

function mustEnd({ code, lines }: Ran, wanted: number): string[] {
  if (code !== wanted) throw new Error(`exit ${code} instead of ${wanted}: ${lines.join(" ")}`);
  return lines;
}

await runTool(async () => {
  const local = requireLocalJson();
  const report = openReport();
  const folder = mkdtempSync(join(tmpdir(), "latchkey-demo-"));
  const [copy, keys] = [join(folder, "copy"), join(folder, "keys.json")];
  try {
    const period = ["--from", "2026-01-01", "--to", new Date(Date.now() + 60_000).toISOString()];
    for (const name of ["unapproved-mints", "intent-without-outcome"])
      await report.does(`asked for ${name}, which must be none: none`, async () => {
        const rows = mustEnd(await latchkey("query", name, ...period, "--format", "json"), 0).join("");
        if (rows !== "[]") throw new Error(rows);
      });

    const found = await report.does(
      (stored: string[]) => `took a copy of the record: ${stored.length} objects`,
      async () => {
        const published = await fetch(`${local.approvalUrl}/.well-known/jwks.json`);
        writeFileSync(keys, await published.text());
        return copyTo(copy, local);
      },
    );
    const verify = () => latchkey("verify", "--events", copy, "--key", keys);
    const whole = await report.does("verified the copy offline, by nothing but the public key: exit 0", () =>
      verify().then((ran) => mustEnd(ran, 0)),
    );
    for (const line of whole.slice(0, 1)) report.note(line);

    const victim = found.find((key) => key.startsWith("events/")) ?? "";
    const tampered = await report.does(
      "changed one byte of an event in the copy, and verified again: exit 1",
      async () => {
        const bytes = readFileSync(join(copy, victim));
        const middle = Math.floor(bytes.length / 2);
        bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
        writeFileSync(join(copy, victim), bytes);
        return mustEnd(await verify(), 1);
      },
    );
    for (const line of tampered.slice(0, 2)) report.note(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
