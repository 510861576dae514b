import type { Document } from "../document/document.ts";
import { type AdaptiveStore, MemoryAdaptiveStore } from "./store.ts";

/** Shared by all pages for which no store was given: what it remembers is for the next page. */
const sharedStore = new MemoryAdaptiveStore();

const stores = new WeakMap<Document, AdaptiveStore>();

/** Makes `document` use `store`. */
export function useStore(document: Document, store: AdaptiveStore): void {
  stores.set(document, store);
}

/** The store that `document` uses. */
export function storeOf(document: Document): AdaptiveStore {
  return stores.get(document) ?? sharedStore;
}

/** The host of a page, "" where its address is unknown or none. */
export function hostOf({ url }: Document): string {
  return url === undefined ? "" : URL.parse(url)?.hostname ?? "";
}
