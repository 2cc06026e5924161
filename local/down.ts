// npm run local:down
import { runTool, step } from "./progress.ts";
import { stopLocal } from "./start.ts";

await runTool(async () => {
  const done = (how: "stopped" | "nothing to stop") =>
    how === "stopped"
      ? "Local AWS stopped, and what was in it removed"
      : "No local AWS of this project was up";
  await step({ doing: "Stopping the local AWS", done }, stopLocal);
});
