import type { Grant } from "../../core/grant/grant.ts";

/** What each state of a grant is called on a page, and what it means for whoever was asked. */
export const STATUS_WORDS: Record<Grant["status"], { name: string; line: string }> = {
  PENDING: { name: "Pending", line: "Other people still have to agree. Nothing is possible yet." },
  APPROVED: { name: "Approved", line: "Every approval is in. Access has not begun yet." },
  ACTIVATING: { name: "Starting", line: "Every approval is in. Access is being set up." },
  ACTIVE: { name: "Active", line: "Every approval is in. Access is open now and ends by itself." },
  REVOKING: { name: "Being revoked", line: "Access is being stopped." },
  REVOKED: { name: "Revoked", line: "Access was stopped." },
  ENDED: { name: "Ended", line: "Access is over." },
  FAILED: { name: "Failed", line: "Access could not be set up." },
  DENIED: { name: "Denied", line: "The request was refused before access began." },
  REJECTED: { name: "Rejected", line: "Somebody who was asked said no. No access was given." },
  EXPIRED: { name: "Expired", line: "Time ran out before access began. No access was given." },
  CANCELLED: {
    name: "Cancelled",
    line: "The request was withdrawn before access began. No access was given.",
  },
};
