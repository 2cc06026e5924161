import { expect, test } from "vitest";
import { scanner } from "../../secrets/scan.ts";
import { called, connected, fakeWorld, ids, KEYS, permitOf } from "./world.ts";

test("I-09 no secret key, no session token and no permit crosses the wire, in any encoding, whatever a program prints", async () => {
  const { deps, world } = fakeWorld();
  const { client, close, crossed } = await connected(deps);
  await called(client, "list_access");
  await called(client, "request_access", { profile: "support" });
  const ran = await called(client, "run_with_access", { command: "leak" });
  expect(ran.data).toMatchObject({ outcome: "ran", exitCode: 0 });
  expect(Number(ran.data.withheld)).toBeGreaterThan(25);
  expect(ran.text).toContain("[secret withheld]");
  const approval = { type: "publish", parameters: { document: "a" }, purpose: "test" };
  const approved = await called(client, "request_action_approval", approval);
  expect(approved.data).toMatchObject({ outcome: "approved", grantId: ids[1] });
  const mail = { type: "routine-mail", parameters: { to: 1 }, purpose: "test", command: "hand-over" };
  const handed = await called(client, "request_action_approval", mail);
  expect(handed.data).toMatchObject({ outcome: "approved", exitCode: 0, withheld: 1 });
  await called(client, "read_masked", { resource: "claims", purpose: "count" });
  await called(client, "access_status");
  await called(client, "release_access", { grantId: ids[0] });
  await close();
  expect(world.calls).toContain(`credentials ${ids[0]}`);
  const found = scanner([
    { name: "secret key", value: KEYS.SecretAccessKey },
    { name: "session token", value: KEYS.SessionToken },
    { name: "permit", value: permitOf(ids[1], "publish") },
    { name: "permit of a command", value: permitOf(ids[2], "routine-mail") },
    { name: "own secret key", value: deps.env.AWS_SECRET_ACCESS_KEY ?? "" },
  ]);
  for (const message of [...crossed, ...world.said]) expect(found(message, "a message")).toEqual([]);
  expect(crossed.length).toBeGreaterThan(10);
});
