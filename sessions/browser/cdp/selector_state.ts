/** What may be waited for at a selector: that an element is there, or visible, or neither. */
export type SelectorState = "attached" | "detached" | "visible" | "hidden";
