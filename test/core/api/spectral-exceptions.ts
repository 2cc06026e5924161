/** What the contract does otherwise than a rule of Spectral's wants: where, and why. One that is not needed fails the test. */
export const exceptions: { rule: string; at: RegExp; reason: string }[] = [
  {
    rule: "owasp:api2:2023-read-restricted",
    at: /^paths\.(\/approvals\/\{token\}|\/openapi\.json|\/\.well-known\/jwks\.json)\.get\./,
    reason:
      "The contract and the public keys are for anyone; the approval page is for who holds its link, which decides nothing without the mailed code.",
  },
  {
    rule: "owasp:api2:2023-write-restricted",
    at: /^paths\.\/approvals\/\{token\}\.post\./,
    reason: "Approvers have no account: a link and a code from the same mail are their right to decide.",
  },
  {
    rule: "owasp:api2:2023-no-credentials-in-url",
    at: /^paths\.\/approvals\/\{token\}\.(get|post)\.parameters\.0\.name$/,
    reason:
      "A link in a mail can carry its token nowhere else. It decides nothing without the mailed code, is in no log, and only its hash is kept.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /\.(reason|detail|comment|purpose|message|problem|description|name|path)$/,
    reason:
      "Text for people: cleaned of control and invisible characters, and measured. No pattern says more.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /(^components\.schemas\.Actor|\.by)$/,
    reason: "Who acted may be a stranger, by the id that IAM gave them.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /\.additionalProperties\.anyOf\.(0|1\.items)$/,
    reason: "The words of a scope or of settings: each kind has its own pattern for them (docs/kinds.md).",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /\.(column|object|columns\.items|value\.anyOf\.0)$/,
    reason: "Names and values of data, which are whatever the data's owner calls them.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /\.partitions\.items$/,
    reason: "Has two patterns, both of which hold: the rule does not look into allOf.",
  },
  {
    rule: "owasp:api4:2023-string-restricted",
    at: /\.text\/html\.schema$/,
    reason: "A page.",
  },
  {
    rule: "owasp:api4:2023-rate-limit",
    at: /^paths\..*\.headers$/,
    reason:
      "Quotas are per agent and by the minute, hour and open grants, not per answer: what is over one says so by 429 with Retry-After, and there is no header that no function sets.",
  },
  {
    rule: "owasp:api8:2023-define-cors-origin",
    at: /^(paths\..*|components(\.responses\..*)?)\.headers$/,
    reason: "No page of another origin has any business here: without the header browsers keep them out.",
  },
  {
    rule: "owasp:api8:2023-define-error-responses-401",
    at: /^paths\..*\.responses$/,
    reason: "API Gateway answers 403 to a missing or wrong signature; nothing here ever answers 401.",
  },
];
