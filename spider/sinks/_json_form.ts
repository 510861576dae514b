import { InvalidYieldError } from "../errors.ts";

/**
 * An item as JSON text.
 *
 * @param item The item.
 * @param indent Spaces a level; 0 for one line. Default 0.
 * @throws {InvalidYieldError} If it has no JSON form.
 */
export function jsonText(item: unknown, indent = 0): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(item, undefined, indent);
  } catch (cause) {
    throw noJsonForm(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (text === undefined) throw noJsonForm("JSON.stringify gives nothing for it");
  return text;
}

/**
 * An item's fields, as JSON sees them: dates as text, what is `undefined` left out, what has a `toJSON`
 * in the form that it gives.
 *
 * @param item The item.
 * @throws {InvalidYieldError} If its JSON form is no object.
 */
export function jsonFields(item: unknown): Record<string, unknown> {
  const form: unknown = JSON.parse(jsonText(item));
  if (typeof form === "object" && form !== null && !Array.isArray(form)) {
    return form as Record<string, unknown>;
  }
  throw new InvalidYieldError(
    "An item needs fields to be written here: its JSON form must be an object",
  );
}

function noJsonForm(reason: string, cause?: unknown): InvalidYieldError {
  return new InvalidYieldError(`The item has no JSON form: ${reason}`, { cause });
}
