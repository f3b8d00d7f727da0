/** GraphQL that stands in another file. */
export interface FoundOperation {
  /** "web/src/x.tsx:12" */
  readonly place: string;
  readonly text: string;
}

/** `` gql`…` ``, `` graphql(`…`) `` and a template after a comment for editors. */
const IN_CODE =
  /(?:(?<![\w/.-])(?:gql|graphql)\s*(?:\(\s*)?(?:\/\*\s*GraphQL\s*\*\/\s*)?|\/\*\s*GraphQL\s*\*\/\s*)`([^`]*)`/g;
const IN_MARKDOWN = /^```graphql\n([\s\S]*?)^```/gm;

/** Every GraphQL document in a source file or a Markdown page. Templates with holes are left out. */
export function findOperations(file: string, text: string): FoundOperation[] {
  if (file.endsWith(".graphql")) return [{ place: `${file}:1`, text }];
  const pattern = file.endsWith(".md") ? IN_MARKDOWN : IN_CODE;
  return Array.from(text.matchAll(pattern), (match) => ({
    place: `${file}:${text.slice(0, match.index).split("\n").length}`,
    text: match[1] ?? "",
  })).filter((found) => !found.text.includes("${"));
}
