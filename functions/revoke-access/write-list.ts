import type { Log } from "../aws/log.ts";
import { type DenyPolicies, isFull } from "../aws/role-policies.ts";
import { type DenialDeps, type RoleDenials, readDenials } from "../aws/table/denials.ts";
import { lastRenderNumber, takeRenderNumber } from "../aws/table/roles.ts";
import type { RoleRef } from "../core/access-role.ts";
import { readDenyList, sameList } from "../core/deny-document.ts";
import {
  type DenyList,
  type Fitted,
  fitDenyList,
  isEmpty,
  MAX_CHARACTERS,
  renderDenyList,
} from "../core/deny-list.ts";
import { type CutOffDeps, finishCutOff, makeCutOff } from "./cut-off.ts";

export type WriteDeps = DenialDeps & CutOffDeps & { policies: DenyPolicies; log: Log };

/** A list that IAM was seen to have, with nobody else at work on it since. `before`: what it had; undefined: nothing of ours. */
export type Written = { denials: RoleDenials; fitted: Fitted; before: DenyList | undefined };

const TRIES = 8;
const PAUSE_MS = 150;

const nothing: DenyList = { patterns: [], wholeRole: false };
/** What IAM has; what we cannot have written counts as nothing, and is written over. */
async function found(deps: WriteDeps, role: RoleRef) {
  const text = await deps.policies.get(role);
  return text === undefined ? { ...nothing, render: undefined } : readDenyList(text);
}

/** Puts a list unless IAM has it, and reads it back. False when IAM has another one then. */
async function putList(deps: WriteDeps, role: RoleRef, list: DenyList, render: number): Promise<boolean> {
  if (isEmpty(list)) await deps.policies.remove(role);
  else await deps.policies.put(role, JSON.stringify(renderDenyList(list, render)));
  const now = await found(deps, role);
  return sameList(list, now) && (isEmpty(list) || now?.render === render);
}

/**
 * Renders a role's whole list from the table and sees to it that IAM has it. The number is taken BEFORE the table is read:
 * then whoever has a higher number has read later, and has everything that was committed before ours was taken; and a
 * writer with an old list has a lower number than whoever was called for what it lacks. So after its put each writer looks
 * whether a later number was taken, and if so does it all again: the last one to put has a whole list (I-29). Taken after
 * the reading, an old list could carry the highest number and nobody would notice.
 */
export async function writeList(deps: WriteDeps, role: RoleRef): Promise<Written> {
  let before: DenyList | undefined | "unread" = "unread";
  let room = MAX_CHARACTERS;
  let isCutOff = false;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    if (tries > 1) await deps.pause(Math.round(PAUSE_MS * tries * (0.5 + jitter(deps))));
    const render = await takeRenderNumber(deps.table, role);
    const denials = await readDenials(deps, role);
    const fitted = fitDenyList(denials, render, room);
    const { cutOff, entries } = denials;
    if (fitted.over > 0 && !isCutOff && cutOff?.done !== false) {
      await makeCutOff(deps, role, { entries, was: cutOff ?? denials.cutOffGone });
      isCutOff = true;
      continue;
    }
    const now = await found(deps, role);
    if (before === "unread") before = now;
    try {
      const isThere = sameList(fitted.list, now) || (await putList(deps, role, fitted.list, render));
      if (!isThere || (await lastRenderNumber(deps.table, role)) !== render) continue;
    } catch (fault) {
      if (!isFull(fault)) throw fault;
      // Somebody else's inline policies take up the room; what fits is found by halves.
      room = Math.floor(room / 2);
      continue;
    }
    // First what denies, then the ends that follow from it, and then once more with them.
    if (cutOff?.done === false) await finishCutOff(deps, role, { cutOff, entries });
    else return { denials, fitted, before };
  }
  throw new Error(`deny list of ${role} is not as it was written, after ${TRIES} tries`);
}

/** Between 0 and 1, different for writers that meet. */
const jitter = ({ newId }: WriteDeps): number => (newId().charCodeAt(15) % 16) / 16;
