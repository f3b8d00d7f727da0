/**
 * Who may import whom. One row per room; the lint rule `redflag/boundaries` reads it, CONTRIBUTING explains it.
 *
 * @typedef {object} Room
 * @property {string} path folder of the room, from the root of the repository
 * @property {readonly string[]} mayEnter other rooms whose files a relative import may reach
 * @property {"any" | readonly RegExp[]} packages bare specifiers that product code may import
 * @property {readonly RegExp[]} [neverPackages] bare specifiers that are refused although `packages` is "any"
 * @property {string} because ends the sentence "… may not import …:"
 */

const WORKSPACE_SERVER = /^@redflag\/api(\/|$)/;
const WORKSPACE_AGENT = /^@redflag\/agent-core(\/|$)/;
const WORKSPACE_WEB = /^@redflag\/web(\/|$)/;
const WORKSPACE_PLUGIN = /^(@redflag\/plugin-|redflag-plugin-)/;
const WORKSPACE_HARNESS = /^@redflag\/(e2e|bench)(\/|$)/;

const BEYOND_THE_PAGE = [WORKSPACE_SERVER, WORKSPACE_AGENT, WORKSPACE_PLUGIN, WORKSPACE_HARNESS];

/** The first row whose path contains a file is the room of that file. */
export const ROOMS = /** @satisfies {readonly Room[]} */ ([
  {
    path: "plugins/sdk",
    mayEnter: [],
    packages: [/^node:/],
    because: "the SDK is what third parties install, so it stands on no package at all",
  },
  {
    path: "plugins",
    mayEnter: [],
    packages: [/^node:/, /^@redflag\/plugin-sdk$/],
    because: "a plugin sees the host only through @redflag/plugin-sdk",
  },
  {
    path: "agent-core",
    mayEnter: [],
    packages: "any",
    neverPackages: [WORKSPACE_SERVER, WORKSPACE_WEB, WORKSPACE_HARNESS],
    because: "the agent knows the server only through schema.graphql and a plugin only by its package name",
  },
  {
    path: "api",
    mayEnter: [],
    packages: "any",
    neverPackages: [WORKSPACE_AGENT, WORKSPACE_WEB, WORKSPACE_PLUGIN, WORKSPACE_HARNESS],
    because: "the server knows agents and the page only through schema.graphql",
  },
  {
    path: "web/src/ui",
    mayEnter: [],
    packages: "any",
    neverPackages: [...BEYOND_THE_PAGE, /^(@urql\/|urql$|gql\.tada$|graphql)/],
    because: "components of ui know no noun and no server",
  },
  {
    path: "web/src/data",
    mayEnter: ["web/src/graphql-env.js"],
    packages: "any",
    neverPackages: BEYOND_THE_PAGE,
    because: "data knows no noun and no component",
  },
  {
    path: "web/src/features",
    mayEnter: ["web/src/data", "web/src/ui"],
    packages: "any",
    neverPackages: BEYOND_THE_PAGE,
    because: "features stand on data and ui, and app joins them",
  },
  {
    path: "web",
    mayEnter: [],
    packages: "any",
    neverPackages: BEYOND_THE_PAGE,
    because: "the page knows the server only through schema.graphql",
  },
]);

/** Folders that may start processes. Tests and their support files may, too. */
export const PROCESS_ROOMS = [
  "agent-core/src/exec/",
  "api/src/database/embedded/",
  "tools/",
  "e2e/",
  "bench/",
];

/** Tests and their support may import the test runner, real parts of `e2e/worlds`, and start processes. */
export const TEST_SUPPORT = /(\.(test|bench)\.tsx?$)|(^|\/)(testing|fixtures)\/|(^|\/)vitest\.[a-z.]+$/;

/** Packages that test support of every room may import. */
export const TEST_PACKAGES = [/^vitest(\/|$)/, /^fast-check$/, /^@redflag\/plugin-conformance(\/|$)/];

/** Folders that test support of every room may reach by a relative import. */
export const TEST_FOLDERS = ["e2e/worlds", "tools"];
