import { expect, test } from "vitest";
import { isRefused, open, revoke, revoked, useOf } from "./ending.ts";
import type { Request } from "./kinds/session.ts";
import { ACCOUNT, local, pause } from "./world.ts";

const STAGING_ROLE = `arn:aws:iam::${ACCOUNT}:role/latchkey-access-staging-data`;
const form = (service: string, fields: Record<string, string>): Request => ({
  ...{ service, method: "POST", path: "/", body: new URLSearchParams(fields).toString() },
  headers: { "content-type": "application/x-www-form-urlencoded" },
});

test("A-26 a session that polls and tries to stay: refused from the denial on, to the last call (I-36)", async () => {
  const live = await open(useOf("rag-indexer"), 300);
  // Whatever would outlive the denial: another session, a user, a key, a grant of its own.
  const api = new URL(local().apiUrl);
  const stays: Request[] = [
    form("sts", { Action: "GetSessionToken", Version: "2011-06-15" }),
    form("sts", { Action: "AssumeRole", RoleArn: STAGING_ROLE, RoleSessionName: "stay" }),
    form("iam", { Action: "CreateUser", UserName: "stay", Version: "2010-05-08" }),
    {
      service: "execute-api",
      method: "POST",
      path: `${api.pathname}/grants/${live.id}/extend`,
      body: "{}",
    },
  ];
  let stayed = 0;
  let on = true;
  const answers: boolean[] = [];
  const polling = (async () => {
    while (on) {
      answers.push(await isRefused(live));
      for (const request of stays) if ((await live.session(request)).status < 400) stayed += 1;
    }
  })();
  await revoke("samira", live.id, "it reads in a loop");
  await revoked(live.id);
  await pause(1_000);
  on = false;
  await polling;
  expect(answers[0]).toBe(false);
  const from = answers.indexOf(true);
  expect(answers.slice(from).filter((refused) => !refused)).toEqual([]);
  expect(answers.length - from).toBeGreaterThan(5);
  expect(stayed).toBe(0);
});
