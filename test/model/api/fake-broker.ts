import { publicDocuments } from "../../../functions/public-documents/documents.ts";
import { context, identityOf, proxyEvent, type Reply as Read, replyOf } from "../../fakes/api.ts";
import { all, type Edit, edit } from "../../fakes/policy.ts";
import { World } from "../../fakes/world.ts";
import { withClaims } from "../../functions/read-masked/claims.ts";
import type { Broker, Reply } from "./broker.ts";
import { PEOPLE, QUOTA, SYSTEMS } from "./model.ts";

const smallQuotas: Edit = (bundle) => {
  for (const id of ["finetune-pipeline", "support-assistant", "analytics-copilot"])
    edit(bundle.catalogue.agents, id, (agent) => {
      agent.quota = { ...QUOTA };
    });
};
/** What adds up over a day is policy's, and told by other tests. */
const nothingAddsUp: Edit = (bundle) => {
  bundle.rules = bundle.rules.filter(({ id }) => id !== "high-risk-needs-security-signed");
};
const edits = all(smallQuotas, nothingAddsUp);

const clientOf = (world: World, who: string) => {
  if (who === "stranger")
    return world.as(identityOf("arn:aws:iam::123456789012:user/stranger", "AIDASTRANGER"));
  if (who in PEOPLE) return world.person(who);
  return SYSTEMS.includes(who) ? world.system(who) : world.agent(who);
};
const asReply = ({ status, code, body }: Read): Reply => ({ status, code, body });

/** Everything of Latchkey in this process. */
export function fakeBroker(): Broker & { world: World } {
  const world = new World(edits);
  withClaims(world);
  const soon = async () => {
    await world.workflow.settle();
    await world.askAgain();
    await world.publish();
  };
  return {
    world,
    async call(who, method, path, more) {
      const reply = await clientOf(world, who).call(method, path, more);
      await soon();
      return asReply(reply);
    },
    async document(path) {
      const handler = publicDocuments(world.deps());
      return asReply(
        replyOf(await handler(proxyEvent({ method: "GET", path }, undefined, world.now()), context)),
      );
    },
    page: async (token) => (await world.page(token)).status,
    async submit(token, form) {
      const { status } = await world.submit(token, form);
      await soon();
      return status;
    },
    async invitations(grants) {
      return world.mail.inbox.flatMap(({ to, text, token, code }) => {
        // A mail about an extension names what it goes on from too.
        const grant = grants.findLast((id) => text.includes(id));
        return grant && token ? [{ to: to.split(".")[0] ?? "", grant, token, code }] : [];
      });
    },
    now: world.now,
    async pass(ms) {
      await world.advance(ms);
      await world.revokeAll();
      await world.sweep();
      await soon();
    },
    settled: soon,
  };
}
