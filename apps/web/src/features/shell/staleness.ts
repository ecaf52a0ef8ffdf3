/** When figures count as old: a reload of a process takes a few seconds, which is nothing to alarm anybody about. */
import type { LiveState } from '../../lib/live-store.ts'

const GRACE_MS = 4000

export const isStale = ({ staleSince }: Pick<LiveState, 'staleSince'>, nowMs: number): boolean =>
  staleSince !== null && nowMs - staleSince >= GRACE_MS
