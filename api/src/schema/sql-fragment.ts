/** A piece of SQL whose values travel apart from its text. Made by {@link sql} only. */
export interface SqlFragment {
  readonly texts: readonly string[];
  readonly values: readonly unknown[];
}

function isFragment(value: unknown): value is SqlFragment {
  return typeof value === "object" && value !== null && "texts" in value && "values" in value;
}

/**
 * Writes a piece of SQL: `` sql`name = ${name} and ${other}` ``. A fragment inside is joined in, an array or
 * any other value becomes a parameter. Nothing that comes from outside can become text.
 */
export function sql(strings: TemplateStringsArray, ...holes: readonly unknown[]): SqlFragment {
  const texts: string[] = [strings[0] ?? ""];
  const values: unknown[] = [];
  const addText = (text: string): void => {
    texts.push((texts.pop() ?? "") + text);
  };
  for (const [index, hole] of holes.entries()) {
    if (isFragment(hole)) {
      addText(hole.texts[0] ?? "");
      for (const [at, value] of hole.values.entries()) {
        values.push(value);
        texts.push(hole.texts[at + 1] ?? "");
      }
    } else {
      values.push(hole);
      texts.push("");
    }
    addText(strings[index + 1] ?? "");
  }
  return { texts, values };
}

/** SQL that the program itself holds, such as the name of a column. Never anything from outside. */
export function rawSql(text: string): SqlFragment {
  return { texts: [text], values: [] };
}

/** Joins fragments, for example with " and ". Nothing to join gives `whenEmpty`. */
export function joinSql(parts: readonly SqlFragment[], separator: string, whenEmpty = ""): SqlFragment {
  const [first, ...rest] = parts;
  if (!first) return rawSql(whenEmpty);
  const between = rawSql(separator);
  return rest.reduce((joined, part) => sql`${joined}${between}${part}`, first);
}

/** The text with `$1`, `$2` … and its parameters, for `Sql.query`. */
export function renderSql(fragment: SqlFragment): { text: string; values: readonly unknown[] } {
  const text = fragment.texts.reduce((sum, part, index) => `${sum}$${index}${part}`);
  return { text, values: fragment.values };
}
