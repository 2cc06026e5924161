import { readMailbox } from "../../local/mailbox.ts";
import type { Broker, Invitation, Reply } from "../model/api/broker.ts";
import { as, eventually, invitationIn, local, openPage, pause, submitForm, type View } from "./world.ts";

/** One person of each group that a stage of the example may ask: when they have a mail, all have. */
const FIRST_OF: Record<string, string> = {
  privacy: "priya",
  "data-owners": "ingrid",
  communications: "yara",
};

async function invitations(grants: readonly string[]): Promise<Invitation[]> {
  return (await readMailbox(local().endpoint)).flatMap((mail) => {
    // A mail about an extension names what it goes on from too.
    const grant = grants.findLast((id) => mail.text.includes(id));
    const { link, code } = invitationIn(mail);
    const to = mail.to[0]?.split(".")[0] ?? "";
    return grant && link ? [{ to, grant, token: link.slice(link.lastIndexOf("/") + 1), code }] : [];
  });
}

const openStage = ({ status, decision }: View) =>
  status === "PENDING" ? decision.plan.find((stage) => stage.status === "open") : undefined;

/** Until machines have done what they do at once: minted, or mailed the open stage's people. */
const settled = (id: string): Promise<true> =>
  eventually(`${id} to settle`, async () => {
    const { body } = await as("colin")("GET", `/grants/${id}?wait=5`);
    const view = body as View;
    if (view.status === "APPROVED" || view.status === "ACTIVATING") return false;
    const person = FIRST_OF[openStage(view)?.group ?? ""];
    return person === undefined || (await invitations([id])).some(({ to }) => to === person);
  });

/** The local AWS: signed calls over HTTP, and the mails that SES took. */
export const localBroker: Broker = {
  async call(who, method, path, { body, query = {}, headers } = {}) {
    const search = new URLSearchParams(query).toString();
    const call = () => as(who)(method, search ? `${path}?${search}` : path, body, headers);
    let answer = await call();
    // A busy machine may not answer at once; nothing was changed then.
    for (let tries = 0; answer.status >= 500 && tries < 3; tries += 1) answer = await call();
    const { error } = answer.body as { error?: { code: string } };
    return { status: answer.status, code: error?.code, body: answer.body };
  },
  async document(path): Promise<Reply> {
    const response = await fetch(`${local().approvalUrl}${path}`);
    return { status: response.status, code: undefined, body: (await response.json()) as Reply["body"] };
  },
  page: async (token) => (await openPage(`${local().approvalUrl}/approvals/${token}`)).status,
  submit: async (token, form) => (await submitForm(`${local().approvalUrl}/approvals/${token}`, form)).status,
  invitations,
  now: Date.now,
  pass: pause,
  settled: async (id) => void (await settled(id)),
};
