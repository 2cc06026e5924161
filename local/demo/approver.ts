// A person of scenes 2, 3, 5 and 6, as a process of its own: has a mailbox and a browser, no AWS account. Arguments: address, grant id.
import { requireLocalJson } from "../local-json.ts";
import { waitForMail } from "../mailbox.ts";
import { runTool } from "../progress.ts";
import { openReport } from "./report.ts";

/** The page's text as a person would read it, for the demo's output. */
function sentences(html: string): string[] {
  const heading = /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? "";
  return [
    heading
      .replace(/<[^>]+>/g, "")
      .replace(/\s+/g, " ")
      .trim(),
  ].filter(Boolean);
}

await runTool(async () => {
  const [address = "", grant = ""] = process.argv.slice(2);
  const { endpoint, approvalUrl } = requireLocalJson();
  const report = openReport();
  const mail = await report.does(
    ({ subject }) => `got a mail: “${subject}”`,
    () =>
      waitForMail(endpoint, ({ to, text }) => to.includes(address) && text.includes(grant), {
        what: `The mail to ${address}`,
      }),
  );
  const link = new RegExp(`${approvalUrl}/approvals/[A-Za-z0-9_-]{43}`).exec(mail.text)?.[0];
  const code = /Confirmation code: ([a-z2-7]{4}-[a-z2-7]{4})/.exec(mail.text)?.[1];
  if (!link || !code) throw new Error("the mail has no link or no code");

  await report.does(
    (text: string[]) => `opened the page: “${text.join(" ")}”`,
    async () => {
      const page = await fetch(link);
      if (page.status !== 200) throw new Error(`the page answered ${page.status}`);
      return sentences(await page.text());
    },
  );
  await report.does("approved with the code from the mail", async () => {
    const form = new URLSearchParams({ decision: "approve", code, comment: "ok for this ticket" });
    const answer = await fetch(link, { method: "POST", body: form });
    if (answer.status !== 200) throw new Error(`the page answered ${answer.status}`);
  });
  await report.does("tried the link once more: it says that it is decided", async () => {
    const answer = await fetch(link, {
      method: "POST",
      body: new URLSearchParams({ decision: "reject", code }),
    });
    if (answer.status !== 409) throw new Error(`the page answered ${answer.status}, not 409`);
  });
});
