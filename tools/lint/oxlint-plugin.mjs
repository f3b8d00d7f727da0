import path from "node:path";

import { judgeImport } from "./judge-import.mjs";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** @typedef {{ type: string, value?: unknown, name?: string, object?: Node, property?: Node, callee?: Node, source?: Node | null, arguments?: Node[], argument?: Node, literal?: Node }} Node */

/** A call that loads a module without an import statement: `require("x")`, `process.getBuiltinModule("x")`.
 * @param {Node} node */
function loadsModule(node) {
  const { callee } = node;
  if (callee?.type === "Identifier") return callee.name === "require";
  return callee?.type === "MemberExpression" && callee.property?.name === "getBuiltinModule";
}

/** Keeps the rooms of the repository apart; the table of who may import whom is `rooms.mjs`. */
const boundaries = {
  /** @param {{ filename: string, report(finding: { node: Node, message: string }): void }} context */
  create(context) {
    const file = path.relative(ROOT, context.filename).split(path.sep).join("/");
    /** @param {Node | null | undefined} literal */
    const check = (literal) => {
      if (typeof literal?.value !== "string") return;
      const message = judgeImport(file, literal.value);
      if (message) context.report({ node: literal, message });
    };
    return {
      /** @param {Node} node */
      ImportDeclaration: (node) => check(node.source),
      /** @param {Node} node */
      ExportNamedDeclaration: (node) => check(node.source),
      /** @param {Node} node */
      ExportAllDeclaration: (node) => check(node.source),
      /** @param {Node} node */
      ImportExpression: (node) => check(node.source),
      /** @param {Node} node */
      TSImportType: (node) => check(node.source ?? node.argument?.literal ?? node.argument),
      /** @param {Node} node */
      CallExpression: (node) => loadsModule(node) && check(node.arguments?.[0]),
    };
  },
};

export default { meta: { name: "redflag" }, rules: { boundaries } };
