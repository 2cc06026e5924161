import { join } from "node:path";
import { folderAt } from "../client/policy/folder.ts";
import { inPlace } from "../functions/core/catalogue.ts";
import { loadPolicy } from "../functions/core/policy/files/load.ts";
import type { Identity } from "./identities.ts";
import { projectRoot } from "./paths.ts";
import { seed } from "./seed.ts";
import { accountId, region } from "./server.ts";
import { signLastHour } from "./sign-last-hour.ts";
import type { StartOptions } from "./start.ts";

const IAM_USER = /:user\/(?:.*\/)?([^/]+)$/;

function userOf(id: string, principals: readonly string[]): Identity[] {
  const [userName] = principals.flatMap((arn) => IAM_USER.exec(arn)?.[1] ?? []);
  return userName === undefined ? [] : [{ id, userName }];
}

/** How the example company is brought up: its agents and people who are IAM users get keys, its stores get data. */
export function companyOptions(): StartOptions {
  const { catalogue } = loadPolicy(folderAt(join(projectRoot, "policy")));
  const { agents, people, performers = [] } = inPlace(catalogue, { accountId, region });
  const identities = [
    ...agents.flatMap((agent) => userOf(agent.id, agent.principals)),
    ...performers.flatMap((system) => userOf(system.id, system.principals)),
    ...people.flatMap((person) => userOf(person.id, person.principal ? [person.principal] : [])),
  ];
  return { identities, seed, sign: signLastHour };
}
