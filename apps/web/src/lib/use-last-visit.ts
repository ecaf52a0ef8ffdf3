/**
 * What was the newest change when this person was here last? Kept by the browser: a visit lasts as long as its tab.
 */
import { useEffect, useState } from 'react'

interface Seen {
  readonly id: number
  readonly at: number
}

const keyOf = (user: string): string => `weir-last-visit ${user}`

/**
 * @param user undefined while it is not known who is signed in
 * @param newest of all changes, once it is known: it is what the next visit starts from
 * @returns the newest change of the visit before; null on a first visit
 */
export function useLastVisit(user: string | undefined, newest: Seen | undefined): Seen | null {
  const [baselines, setBaselines] = useState<Readonly<Record<string, Seen | null>>>({})
  useEffect(() => {
    if (user === undefined) return
    setBaselines((known) => (user in known ? known : { ...known, [user]: baselineOf(user) }))
  }, [user])
  const baseline = user === undefined ? undefined : baselines[user]
  useEffect(() => {
    // Not before this visit has read what the last one left.
    if (user !== undefined && baseline !== undefined && newest) write(localStorage, user, newest)
  }, [user, baseline, newest])
  return baseline ?? null
}

function baselineOf(user: string): Seen | null {
  const ofThisVisit = read(sessionStorage, user)
  if (ofThisVisit !== undefined) return ofThisVisit
  const ofLastVisit = read(localStorage, user) ?? null
  write(sessionStorage, user, ofLastVisit)
  return ofLastVisit
}

function read(storage: Storage, user: string): Seen | null | undefined {
  try {
    const text = storage.getItem(keyOf(user))
    return text === null ? undefined : (JSON.parse(text) as Seen | null)
  } catch {
    return undefined
  }
}

function write(storage: Storage, user: string, seen: Seen | null): void {
  try {
    storage.setItem(keyOf(user), JSON.stringify(seen && { id: seen.id, at: seen.at }))
  } catch {
    // Storage is off or full: every visit is the first then.
  }
}
