/** What a refusal of STS means to whoever reads the grant: agents, approvers, auditors. By the codes of `aws/sessions.ts`. */
const WORDS: Record<string, string> = {
  AccessDenied:
    "AWS does not let the broker assume the access role: it is gone, its trust was changed, or its account refuses",
  MalformedPolicyDocument: "AWS does not accept the session policy as it is written",
  PackedPolicyTooLarge: "the session policy is too large once AWS has packed it; name fewer or shorter parts",
  RegionDisabled: "STS is switched off for this Region in the access role's account",
  ValidationError: "AWS does not accept the request for a session",
  scope_too_large: "the scope needs a session policy longer than AWS allows",
  clock_off: "the clocks of AWS and of the broker differ; the session was thrown away",
  window_over: "the window was over before a session could be minted",
};

export const inWords = (code: string): string => WORDS[code] ?? "AWS gave no session";
