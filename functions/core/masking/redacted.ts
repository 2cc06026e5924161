/** What stands where a text was. */
export const REDACTED = "[redacted]";
