import { API_VERSION, type Manifest } from "@redflag/plugin-sdk";
import { satisfies, validRange } from "semver";
import * as v from "valibot";
import { MANIFEST_SCHEMA } from "./manifest-schema.js";
import type { PluginPackage } from "./plugin-package.js";
import { PluginRefusal } from "./plugin-refusal.js";

/** The versions of this host that a plugin is held against. */
export interface HostVersions {
  readonly agent: string;
  /** Version of the package @redflag/plugin-sdk. */
  readonly sdk: string;
}

/** The plugin API versions that this host understands: the present one and the one before. */
export const SUPPORTED_API_VERSIONS: readonly number[] = [API_VERSION, API_VERSION - 1].filter((n) => n >= 1);

/**
 * Checks what package.json promises, before any code of the plugin runs.
 *
 * @returns the manifest of the `redflag` field.
 * @throws PluginRefusal that names what is wrong and, for versions, both of them.
 */
export function checkPackage(found: PluginPackage, host: HostVersions): Manifest {
  const label = `Plugin ${found.name} ${found.version}`;
  if (!found.keywords.includes("redflag-plugin")) {
    throw new PluginRefusal(
      `${label}: its package.json lacks the keyword "redflag-plugin", so it is no plugin.`,
    );
  }
  if (found.redflag === undefined) {
    throw new PluginRefusal(`${label}: its package.json lacks the field "redflag" with the manifest.`);
  }
  checkApiVersion(label, Object(found.redflag).apiVersion, host);
  checkRange(label, found.sdkRange, host);
  const result = v.safeParse(MANIFEST_SCHEMA, found.redflag);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue) ?? "manifest";
  throw new PluginRefusal(
    `${label}: the field "redflag" of its package.json is wrong at ${place}: ${issue.message}.`,
  );
}

function checkApiVersion(label: string, apiVersion: unknown, host: HostVersions): void {
  if (SUPPORTED_API_VERSIONS.includes(Number(apiVersion))) return;
  const supported = SUPPORTED_API_VERSIONS.join(" and ");
  throw new PluginRefusal(
    `${label} is made for plugin API ${String(apiVersion)}, and agent ${host.agent} supports ${supported}. Install a version of the plugin for API ${supported}, or another agent.`,
  );
}

function checkRange(label: string, range: string | undefined, host: HostVersions): void {
  if (range === undefined || validRange(range) === null) {
    throw new PluginRefusal(
      `${label}: its package.json needs a peer dependency on @redflag/plugin-sdk with a range.`,
    );
  }
  if (satisfies(host.sdk, range, { includePrerelease: true })) return;
  throw new PluginRefusal(
    `${label} needs @redflag/plugin-sdk ${range}, and this agent has ${host.sdk}. Install a version of the plugin for it, or another agent.`,
  );
}
