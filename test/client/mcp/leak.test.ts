import { expect, test } from "vitest";
import { scanner } from "../../secrets/scan.ts";
import { called, connected, fakeWorld, ids, KEYS } from "./world.ts";

test("I-09 no secret key and no session token crosses the wire, in any encoding, whatever a program prints", async () => {
  const { deps, world } = fakeWorld();
  const { client, close, crossed } = await connected(deps);
  await called(client, "list_access");
  await called(client, "request_access", { profile: "support" });
  const ran = await called(client, "run_with_access", { command: "leak" });
  expect(ran.data).toMatchObject({ outcome: "ran", exitCode: 0 });
  expect(Number(ran.data.withheld)).toBeGreaterThan(25);
  expect(ran.text).toContain("[secret withheld]");
  await called(client, "access_status");
  await called(client, "release_access", { grantId: ids[0] });
  await close();
  expect(world.calls).toContain(`credentials ${ids[0]}`);
  const found = scanner([
    { name: "secret key", value: KEYS.SecretAccessKey },
    { name: "session token", value: KEYS.SessionToken },
    { name: "own secret key", value: deps.env.AWS_SECRET_ACCESS_KEY ?? "" },
  ]);
  for (const message of [...crossed, ...world.said]) expect(found(message, "a message")).toEqual([]);
  expect(crossed.length).toBeGreaterThan(10);
});
