// Scene 4's people of security, each a process of its own: one stops, another lifts. Arguments: who, and what.
import { setTimeout as sleep } from "node:timers/promises";
import { requireLocalJson } from "../local-json.ts";
import { runTool } from "../progress.ts";
import { signedClient } from "../signed-client.ts";
import { openReport } from "./report.ts";

type Grant = { status: string; proof?: string; closing?: { by: string } };
type Lockdown = { id: string; target: { type: string; id?: string } };

await runTool(async () => {
  const [who = "", what = "", about = ""] = process.argv.slice(2);
  const call = signedClient(requireLocalJson(), who);
  const report = openReport();
  const must = async <T>(...[method, path, body]: Parameters<typeof call>): Promise<T> => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };

  if (what === "revoke") {
    await report.does(
      (grant: Grant) => `revoked grant ${about}: ${grant.status}`,
      () => must("POST", `/grants/${about}/revoke`, { reason: "its credentials were pasted into a chat" }),
    );
    await report.does(
      (grant: Grant) =>
        `${grant.status}, proof: ${grant.proof} (three refused calls, each beside an allowed one)`,
      async () => {
        for (let tries = 0; tries < 240; tries += 1) {
          const grant = await must<Grant>("GET", `/grants/${about}`);
          if (grant.status === "REVOKED") return grant;
          await sleep(250);
        }
        throw new Error("the grant is still not REVOKED");
      },
    );
  }
  if (what === "lockdown") {
    await report.does(
      `locked the agent down: nothing is granted to ${about} until somebody else lifts it`,
      () =>
        must("POST", "/lockdowns", { target: { type: "agent", id: about }, reason: "under investigation" }),
    );
    const agent = signedClient(requireLocalJson(), about);
    await report.does(
      (code: string) => `${about} asks again: ${code}`,
      async () => {
        const ask = {
          resource: "training-manifests",
          access: "list",
          windowSeconds: 60,
          purpose: "once more",
        };
        const { status, body } = await agent("POST", "/grants", ask);
        const { code } = (body.error ?? {}) as { code?: string };
        if (status !== 403 || code !== "locked_down") throw new Error(`${status} ${JSON.stringify(body)}`);
        return code;
      },
    );
  }
  if (what === "lift") {
    const { lockdowns } = await must<{ lockdowns: Lockdown[] }>("GET", "/lockdowns");
    const mine = lockdowns.filter(({ target }) => target.type === "agent" && target.id === about);
    await report.does(`lifted the lockdown of ${about}`, async () => {
      if (mine.length === 0) throw new Error("no such lockdown stands");
      for (const { id } of mine) await must("DELETE", `/lockdowns/${id}?reason=keys+rotated`);
    });
  }
});
