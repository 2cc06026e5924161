// npm run uninstall [-- --force]
import { spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { DeleteRolePolicyCommand, IAMClient, PutRolePermissionsBoundaryCommand } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { folderAt } from "../../client/policy/folder.ts";
import { denyPolicyOf, unlessAbsent } from "../../functions/aws/deny-policy.ts";
import { openTable } from "../../functions/aws/table/client.ts";
import { readDenyEntries, readLive } from "../../functions/aws/table/roles.ts";
import { loadPolicy } from "../../functions/core/policy/files/load.ts";
import { projectRoot } from "../function.ts";
import { names } from "../names.ts";
import { type UninstallDeps, uninstall } from "./uninstall.ts";

const iam = new IAMClient({});
const table = openTable(names.table);

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
  async readRole(role) {
    try {
      return { live: await readLive(table, role), denied: await readDenyEntries(table, role) };
    } catch (fault) {
      if (fault instanceof ResourceNotFoundException) return undefined;
      throw fault;
    }
  },
  async shut(name) {
    const boundary = `arn:${Arn.split(":")[1]}:iam::aws:policy/AWSDenyAll`;
    const input = { RoleName: name, PermissionsBoundary: boundary };
    const answer = await unlessAbsent(iam.send(new PutRolePermissionsBoundaryCommand(input)));
    return answer !== undefined;
  },
  async removeDenyList(name) {
    await unlessAbsent(iam.send(new DeleteRolePolicyCommand(denyPolicyOf(name))));
  },
  pause: (ms) => setTimeout(ms),
  destroy,
  now: () => Date.now(),
  say: (line) => process.stdout.write(`${line}\n`),
};

const { catalogue } = loadPolicy(folderAt(`${projectRoot}policy`));
const isDone = await uninstall(deps, catalogue, { force: process.argv.includes("--force") });
process.exitCode = isDone ? 0 : 1;
