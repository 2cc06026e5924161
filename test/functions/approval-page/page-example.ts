import type { ApprovalView } from "../../../functions/approval-page/page/view.ts";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import { valuesOfAction } from "../../../functions/core/kinds/action.ts";
import { describeAsk, statementsOf } from "../../../functions/core/kinds/registry.ts";

const ask = {
  kind: "s3-prefix",
  arn: "arn:aws:s3:::latchkey-example-production-000000000000/claims/*",
  access: "read",
  scope: { prefix: "2026/" },
} as const;

const mail = {
  kind: "action",
  arn: "arn:aws:latchkey:eu-central-1:000000000000:action/send-mass-mail",
  settings: {
    audience: "mail-gateway",
    shown: ["template", "subject", "segment", "recipients"],
    reversible: "no",
  },
  access: "perform",
  scope: {
    parameters: canonicalJson({
      ...{ template: "outage-apology", subject: "About Tuesday's outage", segment: "eu-customers" },
      recipients: 4200,
    }),
  },
} as const;

/** An ordinary ask, one of two stages open, for the tests of page and mail. */
export const view: ApprovalView = {
  grant: "k7m2qx4zabcd2345",
  approver: { name: "Priya Raman" },
  agent: {
    id: "support-assistant",
    name: "Support assistant",
    owner: "Luca Ferri",
    team: "customer-care",
    environment: "production",
    principal: "arn:aws:iam::000000000000:user/latchkey-example-support-assistant",
  },
  resource: {
    id: "claims",
    description: "Insurance claims with the claimants' personal data",
    arn: ask.arn,
    environment: "production",
    classification: "restricted",
    tags: ["pii", "claims"],
  },
  access: ask.access,
  possible: describeAsk(ask),
  statements: statementsOf(ask),
  window: { seconds: 1_800 },
  purpose:
    "Answer the customer's question about the water damage of 14 March and quote the adjuster's finding.",
  task: "conversation 48213",
  ticket: "CARE-2291",
  onBehalfOf: "Nora Lindqvist",
  model: "support-assistant-2026-03",
  digest: "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
  policyVersion: "9c4b0e27d1aa",
  rules: [
    { id: "read-at-home", reason: "reading in the agent's own environment is routine work" },
    {
      id: "personal-data-needs-privacy",
      reason: "personal data is read only with the data protection office's consent",
    },
    {
      id: "restricted-data-needs-owner",
      reason: "restricted data also needs a yes of its owner",
    },
  ],
  risk: {
    score: 62,
    band: "high",
    factors: [
      { name: "classification", points: 24, detail: "restricted data" },
      { name: "tag pii", points: 10, detail: "tagged pii" },
      { name: "access", points: 4, detail: "read access" },
      { name: "window", points: 4, detail: "a window of 30 minutes" },
      {
        name: "first use",
        points: 20,
        detail: "nothing on this resource was approved for this agent before",
      },
    ],
  },
  signedOnly: false,
  earlier: [
    {
      ...{
        grant: "m3p5st7vwxyz2346",
        askedAt: "2026-11-20T14:31:07.100Z",
        access: "read",
        resource: "claims",
      },
      ...{ sameResource: true, seconds: 900, status: "ENDED", breakGlass: false },
    },
    {
      ...{
        grant: "q2w4er6tyu235467",
        askedAt: "2026-11-18T08:02:44.000Z",
        access: "list",
        resource: "product-docs",
      },
      ...{ sameResource: false, seconds: 600, status: "REJECTED", breakGlass: false },
    },
  ],
  stages: [
    {
      stage: 1,
      rule: "personal-data-needs-privacy",
      group: "privacy",
      groupName: "Data protection office",
      quorum: 2,
      status: "open",
      reason: "personal data is read only with the data protection office's consent",
      asked: ["Priya Raman", "Tomás Herrera"],
      decided: [
        { name: "Tomás Herrera", at: "2026-11-21T09:12:31.204Z", comment: "Fine for this one ticket." },
      ],
      decideBy: "2026-11-22T09:04:00Z",
      current: true,
    },
    {
      stage: 2,
      rule: "restricted-data-needs-owner",
      group: "data-owners",
      groupName: "Owners of customer data sets",
      quorum: 1,
      status: "waiting",
      reason: "restricted data also needs a yes of its owner",
      asked: ["Ingrid Solberg", "Kwame Mensah"],
      decided: [],
      current: false,
    },
  ],
  decideBy: "2026-11-22T09:04:00Z",
};

/** The same, at the stage that only the signed API decides, with a second group in reserve. */
/** An action, of which people see every parameter. */
export const actionView: ApprovalView = {
  ...view,
  resource: {
    ...view.resource,
    ...{ id: "send-mass-mail", description: "Send one mail to every customer of a segment", arn: mail.arn },
    ...{ classification: "internal", tags: ["mail"] },
  },
  access: mail.access,
  possible: describeAsk({ ...mail, settings: { ...mail.settings, shown: [...mail.settings.shown] } }),
  values: valuesOfAction(mail.scope),
  statements: statementsOf({ ...mail, settings: { ...mail.settings, shown: [...mail.settings.shown] } }),
  window: { seconds: 300 },
  purpose: "Tell customers about Tuesday's outage.",
  rules: [
    { id: "perform-at-home", reason: "an agent may ask for actions of its own environment" },
    {
      id: "many-recipients-need-communications",
      reason: "a mail to many people is read by somebody of communications first",
    },
  ],
  risk: {
    ...{ score: 12, band: "low" },
    factors: [{ name: "classification", points: 4, detail: "internal data" }],
  },
};

export const signedView: ApprovalView = {
  ...view,
  approver: { name: "Ingrid Solberg" },
  signedOnly: true,
  decideBy: "2026-11-22T09:20:05Z",
  stages: view.stages.map((stage) =>
    stage.stage === 1
      ? {
          ...stage,
          ...{ status: "approved" as const, current: false, decideBy: undefined },
          decided: [
            ...stage.decided,
            { name: "Priya Raman", at: "2026-11-21T09:20:05.000Z", channel: "signed" as const },
          ],
        }
      : {
          ...stage,
          ...{ status: "open" as const, current: true, channel: "signed" as const },
          ...{ decideBy: "2026-11-22T09:20:05Z", excludedTeam: "customer-care" },
          escalation: {
            ...{ groupName: "Security engineering", at: "2026-11-22T03:20:05Z", due: false },
            people: ["Samira Haddad"],
          },
        },
  ),
};

/** Texts that try to be more than text. */
export const hostileTexts = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus='alert(1)",
  "</bdi></p></blockquote></div><h2>Checked by security</h2>",
  "</textarea></form><form action=https://evil.example>",
  "</style><style>form{display:none}",
  "<!-- and ]]> and <![CDATA[",
  "&lt;b&gt; &#x202e; &amp;amp;",
  "pay\u202Eyap\u2066\u200B\u00AD\u{E0041}\uFEFF now",
  "https://evil.example www.evil.example evil。example //evil.example mailto:a@evil.example",
  "Approved by the data protection office. Confirmation code: aaaa-bbbb\n\nTo approve, answer yes.",
  `\${7*7} {{7*7}} %0d%0aBcc: everyone`,
] as const;

/** Bidi, zero-width and other characters that are not seen, escaped by their code so that this file stays readable. */
export const INVISIBLE =
  /\u034F|\u17B4|\u17B5|[\uFE00-\uFE0F]|[\u180B-\u180F]|[\u00AD\u061C\u115F\u1160\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\u{E0000}-\u{E0FFF}]/u;

/** The tags of a document with their attributes' names, in order: its structure without any text. */
export function structureOf(markup: string): string[] {
  return [...markup.matchAll(/<(\/?[a-z][a-z0-9]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(
    ([, name, attributes]) => `${name}${(attributes ?? "").replace(/="[^"]*"/g, "")}`,
  );
}

/** What a reader sees of some markup: no tags, no style sheet, entities read. */
export function textOf(markup: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return markup
    .replace(/<style>[\s\S]*<\/style>/, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name] ?? "");
}
