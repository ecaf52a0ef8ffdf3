/** The live store in React: who renders with it is told when it moves. */
import type { Sample } from '@weir/shared/contract/stats'
import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import { type LiveEvents, type LiveState, LiveStore } from './live-store.ts'

export const LiveContext = createContext<LiveStore>(new LiveStore())

export function useSamples(): readonly Sample[] {
  const store = useContext(LiveContext)
  const subscribe = useCallback((onChange: () => void) => store.on('sample', onChange), [store])
  return useSyncExternalStore(subscribe, () => store.samples)
}

export function useLiveState(): LiveState {
  const store = useContext(LiveContext)
  const subscribe = useCallback((onChange: () => void) => store.on('state', onChange), [store])
  return useSyncExternalStore(subscribe, () => store.state)
}

/** Calls `handler`, always the one of the last render, on each event of a topic. */
export function useLiveEvent<K extends 'query' | 'list' | 'change' | 'import' | 'undo' | 'simulation'>(
  topic: K,
  handler: (data: LiveEvents[K]) => void,
): void {
  const store = useContext(LiveContext)
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  useEffect(() => store.on(topic, (data) => latest.current(data)), [store, topic])
}
