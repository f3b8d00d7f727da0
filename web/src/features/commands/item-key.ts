/**
 * What tells the packages of one list apart: a package may be there in several versions at once, as kernels are, and
 * each is a row of its own.
 */
export function itemKey(item: {
  readonly name: string;
  readonly architecture: string | null;
  readonly fromVersion: string | null;
  readonly toVersion: string | null;
}): string {
  return [item.name, item.architecture, item.fromVersion, item.toVersion].join(" ");
}
