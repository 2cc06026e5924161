/** Asks of the example company. */

/** Passes without a person: the fine-tuning pipeline at home. */
export const routine = {
  resource: "support-conversations",
  access: "read",
  windowSeconds: 60,
  purpose: "Fine-tune the support model",
};

/** Needs one of the privacy group: personal data, asked by the support assistant. */
export const sensitive = {
  resource: "claims",
  access: "read",
  scope: { prefix: "2026/" },
  windowSeconds: 900,
  purpose: "Answer a customer about claim 4711",
};

/** By `analytics-copilot` it needs privacy, then the owner of the data. */
export const twoStages = { ...sensitive, purpose: "Quarterly claims report" };
