// Loaded into the server by NODE_OPTIONS --import: tells its parent the longest time that the event loop stood still since it
// was told to watch: loading the modules is one long stall by nature, and nobody is served yet.
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 5;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on("message", (message) => {
  if (message === "watch") delay.reset();
  if (message === "stalls") process.send?.({ type: "stalls", longestMs: delay.max / 1e6 - RESOLUTION_MS });
});
process.channel?.unref();
