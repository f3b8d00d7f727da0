import type { ProcessStarter } from "./process-request.js";
import { runAttached } from "./run-attached.js";
import { runSurviving } from "./run-surviving.js";

/** Starts real processes. Nothing else in the agent does. */
export const processStarter: ProcessStarter = {
  start: (request) =>
    request.surviveIn === undefined ? runAttached(request) : runSurviving(request, request.surviveIn),
};
