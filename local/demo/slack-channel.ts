// Scene 3's Slack channel, as a process of its own: what the local receiver of notices took about a grant. Argument: its id.
import { requireLocalJson } from "../local-json.ts";
import { readNotices, waitForNotice } from "../notices.ts";
import { runTool } from "../progress.ts";
import { openReport } from "./report.ts";

await runTool(async () => {
  const [grant = ""] = process.argv.slice(2);
  const { noticesUrl } = requireLocalJson();
  const report = openReport();
  const about = ({ text }: { text: string }) => text.includes(grant);
  await report.does("was told of the grant, step by step", () =>
    waitForNotice(noticesUrl, (notice) => about(notice) && /approved/i.test(notice.title), {
      what: `A notice that ${grant} was approved`,
    }),
  );
  const told = (await readNotices(noticesUrl)).filter(about);
  for (const { time, title } of told) report.note(`${time.toISOString().slice(11, 19)}  ${title}`);
  // Whoever reads the channel must not be able to decide: neither a link nor a code is in any notice.
  const means = told.find(({ text }) => /\/approvals\/|\b[a-z2-7]{4}-[a-z2-7]{4}\b/.test(text));
  if (means) throw new Error(`a notice holds the means to decide: ${means.title}`);
});
