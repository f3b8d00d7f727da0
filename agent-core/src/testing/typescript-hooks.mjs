/** Lets plain Node run the sources: `node --conditions=source --import ./typescript-hooks.mjs file.ts`. No decorators. */
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith(".") || !specifier.endsWith(".js") || !context.parentURL) {
      return next(specifier, context);
    }
    const source = new URL(specifier.replace(/\.js$/, ".ts"), context.parentURL);
    return existsSync(fileURLToPath(source)) ? next(source.href, context) : next(specifier, context);
  },
});
