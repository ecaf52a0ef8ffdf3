/** Closes the gap between the page that was read and the stream that came later, at first and after each reconnect. */
import { useEffect, useRef } from 'react'
import { useLiveState } from '../../lib/live-context.ts'

/** By then the resolver has written what it had answered before the stream began; it writes four times a second. */
const WRITTEN_AFTER_MS = 1000

/**
 * @param isHeld somebody reads: nothing may move under their eyes, so that catching up waits for them
 * @returns whether new queries come by themselves: the stream is open, and the resolver is at its other end
 */
export function useCatchUp(refetch: () => unknown, isHeld: boolean): boolean {
  const { connection, resolver } = useLiveState()
  const isLive = connection === 'open' && resolver === 'up'
  const isBehind = useRef(true)
  const latest = useRef(refetch)
  useEffect(() => {
    latest.current = refetch
  })
  useEffect(() => {
    if (!isLive) isBehind.current = true
    if (!isLive || isHeld || !isBehind.current) return
    const timer = setTimeout(() => {
      isBehind.current = false
      void latest.current()
    }, WRITTEN_AFTER_MS)
    return () => clearTimeout(timer)
  }, [isLive, isHeld])
  return isLive
}
