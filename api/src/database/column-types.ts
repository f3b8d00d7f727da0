import { types } from "pg";

const INT8 = 20;
const TIMESTAMP = 1114;
const DATE = 1082;

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The integer ${text} is too large for a number.`);
  return value;
}

const asText = (text: string): string => text;

/**
 * How columns of raw SQL become JavaScript values. Given with every query, because MikroORM keeps all times
 * as text on its own connections and converts them per entity property.
 */
export const columnTypes = {
  getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
    if (oid === INT8) return parseInt8;
    if (oid === TIMESTAMP || oid === DATE) return asText;
    return types.getTypeParser(oid, format as "text");
  },
};
