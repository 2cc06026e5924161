import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type InstancePaths, instancePaths } from "../../local/paths.ts";
import type { SignedCall } from "../../local/signed-client.ts";
import type { Secret } from "../secrets/scan.ts";

/**
 * What the test files of one run got to know, each in a process of its own: secrets that must be found nowhere, and
 * answers of the API. In the instance's own folder, which is git-ignored; of use against the local AWS only.
 */
const files = ({ home }: InstancePaths = instancePaths()) => ({
  secrets: join(home, "secrets.jsonl"),
  answers: join(home, "answers.jsonl"),
});
const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];

export function forgetAll(paths: InstancePaths): void {
  for (const path of Object.values(files(paths))) rmSync(path, { force: true });
}

export function remember(...secrets: Secret[]): void {
  const lines = secrets.map((secret) => `${JSON.stringify(secret)}\n`).join("");
  appendFileSync(files().secrets, lines, { mode: 0o600 });
}
export const remembered = (): Secret[] => [
  ...new Map(linesOf(files().secrets).map((line) => [line, JSON.parse(line) as Secret])).values(),
];

/** The same client, whose every answer is kept but for the one that is to hold credentials. */
export const keepingAnswers =
  (call: SignedCall): SignedCall =>
  async (method, path, ...rest) => {
    const answer = await call(method, path, ...rest);
    const isCollect = path.endsWith("/credentials") && answer.status === 200;
    if (!isCollect)
      appendFileSync(files().answers, `${JSON.stringify({ method, path, ...answer })}\n`, { mode: 0o600 });
    return answer;
  };
export const answers = (): string[] => linesOf(files().answers);
