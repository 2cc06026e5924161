// Scene 5's performing system, as a process of its own: may send, and does so for a permit only. Arguments: action id, permit.
import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { readMailbox } from "../mailbox.ts";
import { runTool } from "../progress.ts";
import { demoAgent } from "./agent.ts";
import { listOf, MASS_MAIL } from "./mail.ts";
import { openReport } from "./report.ts";

await runTool(async () => {
  const [id = "", permit = ""] = process.argv.slice(2);
  const gateway = demoAgent("mail-gateway");
  const { endpoint, region, identities } = gateway.local;
  const report = openReport();
  await report.isRefused("was given other parameters: 42,000 recipients", ["permit_mismatch"], () =>
    gateway.redeem(id, permit, { ...MASS_MAIL, recipients: 42_000 }),
  );
  await report.does("redeemed the permit with the parameters that were approved", () =>
    gateway.redeem(id, permit, MASS_MAIL),
  );
  const ses = new SESv2Client({
    endpoint,
    region,
    ...(identities["mail-gateway"] ? { credentials: identities["mail-gateway"] } : {}),
  });
  const to = listOf(MASS_MAIL.segment);
  await report.does(`sent one mail to ${to}`, () =>
    ses.send(
      new SendEmailCommand({
        FromEmailAddress: "latchkey@northwind.example",
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: MASS_MAIL.subject },
            Body: { Text: { Data: "We are sorry. Everything works again." } },
          },
        },
      }),
    ),
  );
  await report.does("reported the outcome: done", () =>
    gateway.report(id, { result: "done", detail: `${MASS_MAIL.recipients} recipients by ${to}` }),
  );
  await report.isRefused("tried the permit once more", ["permit_used"], () =>
    gateway.redeem(id, permit, MASS_MAIL),
  );
  const sent = (await readMailbox(endpoint)).filter((mail) => mail.to.includes(to));
  if (sent.length !== 1) throw new Error(`${sent.length} mails were sent, not one`);
});
