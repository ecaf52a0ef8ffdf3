/** What a stage tells the runner to do next. */
export const Outcome = {
  /** Not decided here: ask the next stage. */
  Continue: 0,
  /** `query.outLength` octets of `query.out` are the response: no later stage runs. */
  Answered: 1,
  /** Send nothing to the client (access list, rate limit, block answer `drop`). */
  Dropped: 2,
  /** The stage goes on later: it calls `query.runner` once, when it knows. */
  Waiting: 3,
} as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]
