import { Buffer } from "node:buffer";
import type { SQLInputValue } from "node:sqlite";
import { jsonText } from "./_json_form.ts";

/** What to write into each column. */
export type Row = ReadonlyMap<string, SQLInputValue>;

/**
 * An item as a row: a column a field, without those that have no value.
 *
 * @param item The item.
 * @throws {InvalidYieldError} If a field has no written form.
 */
export function rowOf(item: object): Row {
  const { toJSON } = item as { toJSON?: unknown };
  const source: unknown = typeof toJSON === "function" ? toJSON.call(item) : item;
  const row = new Map<string, SQLInputValue>();
  const taken = new Set<string>();
  for (const [field, value] of Object.entries(source ?? {})) {
    if (value === undefined || typeof value === "function" || typeof value === "symbol") continue;
    const column = columnName(field, taken);
    taken.add(column.toLowerCase());
    row.set(column, sqlValue(value));
  }
  return row;
}

/** A field's column, another than those of the row's other fields. */
function columnName(field: string, taken: ReadonlySet<string>): string {
  const name = field.replaceAll("\0", "").slice(0, 200).toWellFormed() || "_";
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name}_${number}`;
  return free;
}

const MOST_INTEGER = 2n ** 63n - 1n;

function sqlValue(value: unknown): SQLInputValue {
  switch (typeof value) {
    case "string":
      return value.toWellFormed();
    case "number":
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value ? 1 : 0;
    case "bigint":
      return value <= MOST_INTEGER && value >= -MOST_INTEGER ? value : String(value);
  }
  if (value === null) return null;
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return value instanceof Date && !Number.isNaN(value.getTime())
    ? value.toISOString()
    : jsonText(value);
}
