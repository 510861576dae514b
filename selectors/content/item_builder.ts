import type { StructuredItem } from "./structured_data.ts";

/** An item whose properties are still being found. */
export class ItemBuilder implements StructuredItem {
  readonly types: readonly string[];
  readonly id: string | undefined;
  readonly properties: Record<string, (string | StructuredItem)[]> = Object.create(null);

  constructor(types: readonly string[], id: string | undefined) {
    this.types = types;
    this.id = id;
  }

  add(names: readonly string[], value: string | StructuredItem): void {
    for (const name of names) (this.properties[name] ??= []).push(value);
  }
}
