/**
 * What `Network.enable` is told: by default a renderer keeps up to 100 MB of what its page has loaded,
 * in case someone asks for it.
 */
export const WITHOUT_BODIES = { maxTotalBufferSize: 0, maxResourceBufferSize: 0 } as const;
