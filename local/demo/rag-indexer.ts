// A plain no, as a process of its own: staging asks for production's claims.
import { requireLocalJson } from "../local-json.ts";
import { runTool } from "../progress.ts";
import { signedClient } from "../signed-client.ts";
import { openReport } from "./report.ts";

await runTool(async () => {
  const call = signedClient(requireLocalJson(), "rag-indexer");
  const report = openReport();
  await report.does(
    (said: string) => `asked for production's claims from staging: ${said}`,
    async () => {
      const ask = { resource: "claims", access: "read", windowSeconds: 300, purpose: "index more documents" };
      const { status, body } = await call("POST", "/grants", ask);
      const { code, message } = body.error as { code: string; message: string };
      if (status !== 403 || code !== "policy_denied") throw new Error(`${status} ${JSON.stringify(body)}`);
      return `${code}, “${message}”`;
    },
  );
});
