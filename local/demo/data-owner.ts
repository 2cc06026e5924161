// An owner of data in scenes 3 and 6, as a process of its own: has an IAM identity, and decides through the signed API.
import { setTimeout as sleep } from "node:timers/promises";
import { requireLocalJson } from "../local-json.ts";
import { runTool } from "../progress.ts";
import { signedClient } from "../signed-client.ts";
import { openReport } from "./report.ts";

type Waiting = {
  id: string;
  digest: string;
  decision: { plan: { stage: number; group: string; status: string }[] };
};

await runTool(async () => {
  const [id = "", grant = ""] = process.argv.slice(2);
  const call = signedClient(requireLocalJson(), id);
  const report = openReport();
  const found = await report.does(
    ({ decision }) =>
      `asked what waits for her (GET /grants?waiting=me): stage ${decision.plan.find(({ status }) => status === "open")?.stage}`,
    async () => {
      for (let tries = 0; tries < 240; tries += 1) {
        const { status, body } = await call("GET", "/grants?waiting=me");
        if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
        const mine = (body as { grants: Waiting[] }).grants.find((each) => each.id === grant);
        if (mine) return mine;
        await sleep(500);
      }
      throw new Error("nothing waits for her");
    },
  );
  await report.does("approved through the signed API", async () => {
    const stage = found.decision.plan.find(({ status }) => status === "open")?.stage;
    const { status, body } = await call("POST", `/grants/${grant}/decision`, {
      ...{ decision: "approve", stage, digest: found.digest },
      comment: "this claim is open",
    });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  });
});
