/** The live tail of the log: what the stream brings, filtered like the rest, held while one reads. */
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import { useEffect, useRef, useState } from 'react'
import { useLiveEvent } from '../../lib/live-context.ts'
import { matchesFilter } from './matches-filter.ts'
import type { QueryFilter } from './query-filter.ts'

/** Rows of the tail kept; older ones are in the log. */
export const MAX_TAIL_ROWS = 1000
/** Rows come in gulps: a table that moves a hundred times a second cannot be read. */
const FLUSH_MS = 500

export interface Tail {
  readonly rows: readonly QueryLogEntry[]
  /** Rows that came while the tail was held. */
  readonly waiting: number
}

export function useTail(filter: QueryFilter, isHeld: boolean): Tail {
  const [tail, setTail] = useState<Tail>({ rows: [], waiting: 0 })
  const incoming = useRef<QueryLogEntry[]>([])
  const nextId = useRef(-1)
  const key = JSON.stringify(filter)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter starts anew
  useEffect(() => {
    incoming.current = []
    setTail({ rows: [], waiting: 0 })
  }, [key])

  useLiveEvent('query', (entries) => {
    // Not stored yet, hence without an id: rows need one to be told apart.
    const fresh = entries
      .filter((entry) => matchesFilter(entry, filter))
      .map((entry) => ({ ...entry, id: nextId.current-- }))
    incoming.current = [...fresh.reverse(), ...incoming.current].slice(0, MAX_TAIL_ROWS)
  })

  useEffect(() => {
    const timer = setInterval(() => {
      if (incoming.current.length === 0) return
      if (isHeld) {
        setTail((before) => ({ ...before, waiting: incoming.current.length }))
        return
      }
      const fresh = incoming.current
      incoming.current = []
      setTail((before) => ({ rows: [...fresh, ...before.rows].slice(0, MAX_TAIL_ROWS), waiting: 0 }))
    }, FLUSH_MS)
    return () => clearInterval(timer)
  }, [isHeld])

  return tail
}
