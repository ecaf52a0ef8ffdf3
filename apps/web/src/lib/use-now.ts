/** The time, moving: for "12 s ago". */
import { useEffect, useState } from 'react'

/** @returns milliseconds since the epoch, renewed every `everyMs` */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
