import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { readNotices, waitForNotice } from "../../local/notices.ts";
import { ADDRESS, bounce } from "../functions/mail-events/reports.ts";
import { admin, ask, inState, invitation, local, submitForm } from "./world.ts";

const about = (id: string, title: RegExp, what: string) =>
  waitForNotice(local().noticesUrl, (notice) => title.test(notice.title) && notice.text.includes(id), {
    what: `The notice of ${what} of ${id}`,
    timeoutMs: 60_000,
  });

describe("the Slack channel", () => {
  it("hears who is asked and what was decided, and is handed no means to decide (I-09)", async () => {
    const purpose = "<!channel> please see https://evil.example";
    const { id } = await ask("support-assistant", {
      ...{ resource: "claims", access: "read", windowSeconds: 60, purpose },
    });
    const asked = await about(id, /^Waiting for privacy/, "the asking");
    expect(asked.text).toContain("priya");
    expect(asked.text).toMatch(/not verified:\nPurpose: &lt;!channel&gt; please see https\[:\]/);

    // SES's report as it would come, since the local AWS sends none: told by the person's id, and nothing is decided by it.
    const report = bounce({ grant: id, person: "tomas", stage: 1 }, { messageId: id });
    const lambda = new LambdaClient(await admin());
    const Payload = Buffer.from(JSON.stringify(report));
    const noted = await lambda.send(new InvokeCommand({ FunctionName: "latchkey-mail-events", Payload }));
    expect(JSON.parse(Buffer.from(noted.Payload ?? []).toString("utf8"))).toEqual({ noted: true });
    const bounced = await about(id, /^Mails to tomas do not arrive/, "the bounce");
    expect(bounced.text).not.toContain(ADDRESS);

    const { link, code } = await invitation(id, "priya.raman@northwind.example");
    await submitForm(link, { decision: "reject", code, comment: "not today" });
    await inState("support-assistant", id, "REJECTED");
    const decided = await about(id, /^priya rejected/, "the decision");
    expect(decided.text).toContain("Why: not today");

    const all = JSON.stringify(await readNotices(local().noticesUrl));
    expect(all).not.toContain(link.split("/").at(-1));
    expect(all).not.toContain(code);
  });

  it("does not hear of routine work, and nothing waits for the bus", async () => {
    const routine = {
      resource: "support-conversations",
      access: "read",
      windowSeconds: 60,
      purpose: "routine",
    };
    const { id } = await ask("finetune-pipeline", routine);
    await inState("finetune-pipeline", id, "ACTIVE");
    const { id: second } = await ask("support-assistant", { ...routine, resource: "claims" });
    await about(second, /^Asked/, "a later ask");
    const heard = await readNotices(local().noticesUrl);
    expect(heard.filter(({ text }) => text.includes(id))).toEqual([]);

    const sqs = new SQSClient(await admin());
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "latchkey-parked-events" }));
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toEqual([]);
  });
});
