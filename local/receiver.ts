import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import type { adminConfig } from "./identities.ts";
import { writePrivately } from "./local-json.ts";
import { type InstancePaths, instancePaths, projectRoot } from "./paths.ts";
import { endProcess, freePort, identifyProcess, isRunning, processRef } from "./server.ts";
import { webhookPath } from "./slack-receiver.ts";

const receiverState = z.strictObject({ ...processRef.shape, port: z.int().positive(), path: z.string() });
type Receiver = z.infer<typeof receiverState>;

/** Where it stands in for Bedrock's and SageMaker's jobs. */
export const jobsUrl = ({ port }: Pick<Receiver, "port">): string => `http://127.0.0.1:${port}`;

/** Where notices can be read; it asks for no credentials. */
const noticesUrl = ({ port }: Pick<Receiver, "port">): string => `http://127.0.0.1:${port}/notices`;

/** The receiver of the state file, while it runs. */
export function runningReceiver(paths = instancePaths()): Receiver | undefined {
  try {
    const state = receiverState.parse(JSON.parse(readFileSync(paths.receiver, "utf8")));
    return isRunning(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

async function answers(receiver: Pick<Receiver, "port">): Promise<boolean> {
  try {
    return (await fetch(noticesUrl(receiver), { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Starts the receiver of Slack's posts, if none runs. It outlives this process. */
export async function startReceiver(paths: InstancePaths): Promise<Receiver> {
  const running = runningReceiver(paths);
  if (running) return running;
  const fresh = { port: await freePort(), path: webhookPath() };
  const child = spawn(process.execPath, ["--import", "tsx", join("local", "slack-receiver.ts")], {
    cwd: projectRoot,
    env: { SLACK_RECEIVER_PORT: String(fresh.port), SLACK_RECEIVER_PATH: fresh.path },
    detached: true,
    stdio: "ignore",
  });
  const ref = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (!ref) throw new Error("The receiver of notices did not start.");
  child.unref();
  const receiver = { ...ref, ...fresh };
  writePrivately(paths.receiver, receiver);
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50))
    if (await answers(receiver)) return receiver;
  await stopReceiver(paths);
  throw new Error("The receiver of notices did not answer within 20 s.");
}

export async function stopReceiver(paths = instancePaths()): Promise<void> {
  const receiver = runningReceiver(paths);
  if (receiver) await endProcess(receiver);
  rmSync(paths.receiver, { force: true });
}

/** Starts the receiver and makes it what the deployment knows as Slack. Says where what it took can be read. */
export async function receiveNotices(
  admin: ReturnType<typeof adminConfig>,
  secretId: string,
  paths = instancePaths(),
): Promise<string> {
  const receiver = await startReceiver(paths);
  const secrets = new SecretsManagerClient(admin);
  try {
    const SecretString = `http://127.0.0.1:${receiver.port}${receiver.path}`;
    await secrets.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
  } finally {
    secrets.destroy();
  }
  return noticesUrl(receiver);
}
