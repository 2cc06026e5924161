import { type Html, html } from "../../core/html.ts";
import type { ApprovalView } from "./view.ts";

type Rule = { id: string; does: string; reason: string; asksNow: boolean };

/** The rules that made the decision, each with what it does. The one that asks now comes first. */
export function rulesInOrder({ rules, stages }: Pick<ApprovalView, "rules" | "stages">): Rule[] {
  const open = stages.find(({ status }) => status === "open");
  return rules
    .map(({ id, reason }) => {
      const stage = stages.find(({ rule }) => rule === id);
      const does = stage ? `Asks ${stage.current ? "you" : stage.groupName}` : "Allows it";
      return { id, does, reason, asksNow: id === open?.rule };
    })
    .sort((a, b) => Number(b.asksNow) - Number(a.asksNow));
}

export function rulesBody(view: ApprovalView): Html {
  const item = ({ id, does, reason, asksNow }: Rule): Html =>
    html`<li${asksNow && html` class="asking"`}><strong>${does}:</strong> ${reason} <code class="small">${id}</code></li>`;
  return html`<ul class="rules">${rulesInOrder(view).map(item)}</ul>
<p class="quiet">Policy version <code class="small">${view.policyVersion}</code></p>`;
}
