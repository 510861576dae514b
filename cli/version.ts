/** The version of this package, as its deno.json has it. */
export const VERSION = "0.1.0";
