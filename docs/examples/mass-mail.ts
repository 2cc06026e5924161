import { ActionFailedError, DeniedError, performPermitted, requireApproval, verifyPermit } from "latchkey";

type Mail = { template: string; subject: string; segment: string; recipients: number };
type HandedOver = { permit: string; parameters: Mail };

const TYPE = "send-mass-mail";
const queued: HandedOver[] = [];

/** The assistant's side: pauses until this mail, as it is, was approved, and hands the permit over. It cannot send. */
export async function sendMassMail(mail: Mail): Promise<string> {
  try {
    return await requireApproval(
      { type: TYPE, purpose: "tell customers about Tuesday's outage" },
      mail,
      ({ id, permit, parameters }) => {
        queued.push({ permit, parameters });
        return `handed over as ${id}`;
      },
      {
        timeoutSeconds: 3600,
        onWaiting: ({ decision }) =>
          console.error(`waits for ${decision.plan.map(({ quorum, group }) => `${quorum} of ${group}`)}`),
      },
    );
  } catch (error) {
    if (error instanceof DeniedError) return `no: ${error.reasons.map(({ reason }) => reason).join("; ")}`;
    throw error;
  }
}

/** The mail gateway's side: sends what was approved, once, and says what came of it. `send` is its own business. */
export async function sendPermitted(
  { permit, parameters }: HandedOver,
  send: (mail: Mail) => Promise<number>,
  issuer: string,
): Promise<number> {
  // Refused without a call where it is none for this system; that it was not used yet only the redemption tells.
  await verifyPermit(permit, { type: TYPE, parameters, audience: "mail-gateway", issuer });
  return performPermitted(
    { type: TYPE, permit, parameters },
    (mail) => {
      if (mail.recipients > 100_000) throw new ActionFailedError("more than this gateway sends at once");
      return send(mail);
    },
    { detail: (sent) => `${sent} mails queued` },
  );
}
