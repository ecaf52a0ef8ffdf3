/** Keeps a form open though its thing is deleted meanwhile: what was typed is not lost, and saving says what happened. */
import { useState } from 'react'

/**
 * @param id of what is open; undefined: nothing is
 * @param found it, while it is there
 * @returns what was found last under this id
 */
export function useKept<T>(id: number | string | undefined, found: T | undefined): T | undefined {
  const [kept, setKept] = useState<{ readonly id: typeof id; readonly thing: T } | null>(null)
  if (found !== undefined && (kept?.id !== id || kept?.thing !== found)) setKept({ id, thing: found })
  if (id === undefined) return undefined
  return found ?? (kept?.id === id ? kept.thing : undefined)
}
