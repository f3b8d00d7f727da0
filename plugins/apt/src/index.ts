import { definePlugin } from "@redflag/plugin-sdk";

import { configSchema } from "./config.js";
import { detect } from "./detect/detect.js";
import { hold } from "./hold/hold.js";
import { install } from "./install/install.js";
import { verify } from "./install/verify.js";
import { manifest } from "./manifest.js";
import { plan } from "./plan/plan.js";
import { releaseNotes } from "./release-notes/release-notes.js";
import { rollback } from "./rollback/rollback.js";
import { scan } from "./scan/scan.js";

/** The source of Debian, Ubuntu and their derivatives. */
export default definePlugin({
  manifest,
  config: configSchema,
  create: (context) => ({
    detect: (call) => detect(context, call),
    scan: (request, call) => scan(context, request, call),
    plan: (request, call) => plan(context, request, call),
    releaseNotes: (update, call) => releaseNotes(context, update, call),
    install: (approved, call) => install(context, approved, call),
    verify: (approved, call) => verify(context, approved, call),
    rollback: (receipt, call) => rollback(context, receipt, call),
    hold: (keys, isHeld, call) => hold(context, keys, isHeld, call),
  }),
});
