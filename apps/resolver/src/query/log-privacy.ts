/** What the log may keep of a query, as its client's group wants it. */
export const Privacy = { Full: 0, HideClient: 1, HideName: 2, None: 3 } as const
/** Position in LOG_PRIVACIES of the contract. */
export type Privacy = (typeof Privacy)[keyof typeof Privacy]
