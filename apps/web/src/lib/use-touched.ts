/** What a form is made from: its thing as it stood when somebody first touched the form. */
import { useState } from 'react'

interface Touched<T> {
  /** For If-Match: read anew meanwhile, the thing would pass for what was seen. */
  readonly base: T
  readonly touch: () => void
  /** Saved, or put back. */
  readonly release: () => void
}

export function useTouched<T>(now: T): Touched<T> {
  const [base, setBase] = useState<{ readonly was: T } | null>(null)
  return {
    base: base === null ? now : base.was,
    touch: () => setBase((before) => before ?? { was: now }),
    release: () => setBase(null),
  }
}
