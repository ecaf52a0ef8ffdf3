/** In which order the servers of a group are asked. Pure: the same view, turn and chance give the same order. */

/** What a strategy sees of a server. */
export interface ServerView {
  /** Place in the group. */
  readonly place: number
  /** Milliseconds, smoothed; -1: not known yet. */
  readonly smoothedRttMs: number
}

/**
 * @param servers those that are up, in the group's order
 * @param turn counts the group's queries
 * @param chance 0…1, drawn anew for each query
 * @returns the same servers, the first to be asked first
 */
export type Strategy = (servers: readonly ServerView[], turn: number, chance: number) => readonly ServerView[]
