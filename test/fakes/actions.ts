import type { Reply } from "./api.ts";
import type { World } from "./world.ts";

/** Actions of the example company: a mail to one, which is routine; a mail to many, for which communications is asked. */
export const oneMail = {
  type: "send-mass-mail",
  parameters: {
    template: "claim-received",
    subject: "We have your claim",
    segment: "claim-4711",
    recipients: 1,
  },
  purpose: "Tell a customer that the claim is here",
};
export const massMail = {
  type: "send-mass-mail",
  parameters: { template: "outage-apology", subject: "Sorry", segment: "eu-customers", recipients: 4200 },
  purpose: "Tell customers about Tuesday's outage",
};

export const ASSISTANT = "support-assistant";

/** The id of an action that was just asked for. Fails when it was refused. */
export async function acted(world: World, body: object = oneMail, agent = ASSISTANT): Promise<string> {
  const reply = await world.agent(agent).act(body);
  if (reply.status !== 201) throw new Error(`asked, and got ${reply.status} ${reply.text}`);
  return (reply.body as { id: string }).id;
}

/** The permit of an action, as the agent that asked is given it. */
export async function permitFor(world: World, id: string, agent = ASSISTANT): Promise<string> {
  const { permit } = (await world.agent(agent).action(id)).body as { permit?: string };
  if (!permit) throw new Error(`no permit of ${id}`);
  return permit;
}

/** A routine action and its permit. */
export async function permitted(
  world: World,
  body: object = oneMail,
): Promise<{ id: string; permit: string }> {
  const id = await acted(world, body);
  return { id, permit: await permitFor(world, id) };
}

export const gateway = (world: World) => world.system("mail-gateway");
export const redeemed = (
  world: World,
  id: string,
  permit: string,
  parameters: unknown = oneMail.parameters,
) => gateway(world).redeem(id, { permit, parameters });

/** The codes of some answers; `200` for those that did it. */
export const codesOf = (replies: readonly Reply[]): string[] =>
  replies.map(({ status, code }) => code ?? String(status));
