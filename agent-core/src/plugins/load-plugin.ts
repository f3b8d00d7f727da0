import { isDeepStrictEqual } from "node:util";
import type { Manifest, Plugin, Source, StandardSchemaIssue } from "@redflag/plugin-sdk";
import { isPlugin } from "@redflag/plugin-sdk";
import type { PluginSpec } from "../config/config-schema.js";
import { checkPackage, type HostVersions } from "./check-package.js";
import type { StepLimits } from "./lifecycle.js";
import { readPluginPackage, type PluginPackage } from "./plugin-package.js";
import { PluginRefusal } from "./plugin-refusal.js";

/** A plugin whose promises and configuration were checked. */
export interface CheckedPlugin {
  readonly found: PluginPackage;
  readonly manifest: Manifest;
  readonly plugin: Plugin;
  /** What the plugin's schema made of the configuration. */
  readonly config: unknown;
}

/** The steps "load" and "configure" of the lifecycle. @throws PluginRefusal */
export async function loadPlugin(
  spec: PluginSpec,
  host: HostVersions & { readonly platform: NodeJS.Platform },
  limits: StepLimits,
): Promise<CheckedPlugin> {
  const found = await readPluginPackage(spec.package);
  const manifest = checkPackage(found, host);
  const label = `Plugin ${found.name} ${found.version}`;
  if (!manifest.platforms.some((platform) => platform === host.platform)) {
    throw new PluginRefusal(
      `${label} runs on ${manifest.platforms.join(", ")}, and this machine is ${host.platform}. Take it out of "plugins".`,
    );
  }
  const plugin = await within(limits.load, `${label}: importing it`, async () => {
    const module: unknown = await import(found.entry);
    return Object(module).default as unknown;
  });
  if (!isPlugin(plugin)) {
    throw new PluginRefusal(
      `${label}: its default export was not made by definePlugin of @redflag/plugin-sdk.`,
    );
  }
  if (!isDeepStrictEqual(asJson(plugin.manifest), asJson(found.redflag))) {
    throw new PluginRefusal(
      `${label}: the manifest in its code differs from the field "redflag" of its package.json, so it cannot be trusted.`,
    );
  }
  const config = await within(limits.configure, `${label}: checking its configuration`, () =>
    checkConfig(label, plugin, spec.config),
  );
  return { found, manifest, plugin, config };
}

/** A capability without its method, or a method without its capability, is a broken promise. */
export function checkCapabilities(label: string, { capabilities }: Manifest, source: Source): void {
  const promises = [
    ["detect", true],
    ["scan", true],
    ["plan", capabilities.plan === true],
    ["releaseNotes", capabilities.releaseNotes === true],
    ["install", capabilities.install === true],
    ["verify", capabilities.verify === true],
    ["hold", capabilities.hold === true],
    ["rollback", (capabilities.rollback ?? "none") !== "none"],
  ] as const;
  for (const [method, isPromised] of promises) {
    if ((typeof source[method] === "function") === isPromised) continue;
    const problem = isPromised
      ? `promises ${method} and does not have it`
      : `has ${method} and does not say so`;
    throw new PluginRefusal(`${label} ${problem} in its manifest.`);
  }
}

async function checkConfig(label: string, plugin: Plugin, config: unknown): Promise<unknown> {
  if (!plugin.config) {
    if (config === undefined) return {};
    throw new PluginRefusal(`${label} takes no configuration. Remove its "config".`);
  }
  const result = await plugin.config["~standard"].validate(config);
  if (result.issues === undefined) return result.value;
  const problems = result.issues.slice(0, 5).map(describeIssue).join("; ");
  throw new PluginRefusal(`${label}: its configuration is wrong: ${problems}.`);
}

function describeIssue(issue: StandardSchemaIssue): string {
  const place = (issue.path ?? [])
    .map((part) => String(typeof part === "object" ? part.key : part))
    .join(".");
  return place === "" ? issue.message : `${place} ${issue.message}`;
}

async function within<Value>(limitMs: number, what: string, body: () => Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new PluginRefusal(`${what} took longer than ${limitMs} ms.`)),
    limitMs,
  );
  try {
    return await Promise.race([body(), promise]);
  } catch (error) {
    if (error instanceof PluginRefusal) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new PluginRefusal(`${what} failed: ${message.slice(0, 500)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
