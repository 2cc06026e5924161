import "../client/policy/steady.ts";

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { folderAt } from "../client/policy/folder.ts";
import { loadPolicy } from "../functions/core/policy/files/load.ts";
import { POLICY_FILE } from "./bundling.ts";
import { projectRoot } from "./function.ts";
import { addLatchkey, addNag } from "./latchkey.ts";
import { targetOf } from "./local.ts";
import { loadDeployment } from "./policy/deployment.ts";

const bundle = loadPolicy(folderAt(`${projectRoot}policy`), (line) =>
  process.stderr.write(`warning: ${line}\n`),
);
const deployment = loadDeployment(`${projectRoot}policy/deployment.yaml`);

// Written beside and renamed: two synths at once must not read half of it.
const file = `${projectRoot}${POLICY_FILE}`;
mkdirSync(`${projectRoot}build`, { recursive: true });
writeFileSync(`${file}.${process.pid}`, JSON.stringify(bundle));
renameSync(`${file}.${process.pid}`, file);

const app = new App();
if (targetOf(app).nag) addNag(app);
addLatchkey(app, { bundle, deployment });
