/** The one mail of scene 5: what the assistant asks for, what people approve, and what the gateway sends. */
export const MASS_MAIL = {
  template: "outage-apology",
  subject: "About Tuesday's outage",
  segment: "eu-customers",
  recipients: 4200,
};
/** The gateway's list of the segment. */
export const listOf = (segment: string): string => `${segment}@lists.northwind.example`;
