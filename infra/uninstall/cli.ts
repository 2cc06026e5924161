// npm run uninstall [-- --force]
import { spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import {
  DeleteRolePolicyCommand,
  IAMClient,
  NoSuchEntityException,
  PutRolePermissionsBoundaryCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { openTable } from "../../functions/aws/table/client.ts";
import { readDenyEntries, readLive } from "../../functions/aws/table/roles.ts";
import { DENY_POLICY_NAME } from "../../functions/core/deny-list.ts";
import { projectRoot } from "../function.ts";
import { names } from "../names.ts";
import { loadPolicy } from "../policy/load.ts";
import { type UninstallDeps, uninstall } from "./uninstall.ts";

const iam = new IAMClient({});
const table = openTable(names.table);

async function unless<T>(absent: new (...given: never[]) => Error, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (fault) {
    if (fault instanceof absent) return undefined;
    throw fault;
  }
}

function destroy(stacks: string[]): Promise<void> {
  const child = spawn(`${projectRoot}node_modules/.bin/cdk`, ["destroy", ...stacks, "--force"], {
    cwd: projectRoot,
    stdio: "inherit",
  });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => (code === 0 ? done() : fail(new Error(`cdk destroy ended with ${code}`))));
  });
}

const { Account = "", Arn = "" } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
const deps: UninstallDeps = {
  accountId: Account,
  readRole: (role) =>
    unless(
      ResourceNotFoundException,
      (async () => ({
        live: await readLive(table, role),
        denied: await readDenyEntries(table, role),
      }))(),
    ),
  async shut(name) {
    const boundary = `arn:${Arn.split(":")[1]}:iam::aws:policy/AWSDenyAll`;
    const input = { RoleName: name, PermissionsBoundary: boundary };
    const answer = await unless(
      NoSuchEntityException,
      iam.send(new PutRolePermissionsBoundaryCommand(input)),
    );
    return answer !== undefined;
  },
  async removeDenyList(name) {
    const input = { RoleName: name, PolicyName: DENY_POLICY_NAME };
    await unless(NoSuchEntityException, iam.send(new DeleteRolePolicyCommand(input)));
  },
  pause: (ms) => setTimeout(ms),
  destroy,
  now: () => Date.now(),
  say: (line) => process.stdout.write(`${line}\n`),
};

const { catalogue } = loadPolicy(`${projectRoot}policy`);
const isDone = await uninstall(deps, catalogue, { force: process.argv.includes("--force") });
process.exitCode = isDone ? 0 : 1;
