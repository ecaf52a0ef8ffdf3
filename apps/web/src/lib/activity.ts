/** Is somebody there? Requests that the console makes by itself say so, and do not keep a session alive. */

/** Without pointer and keys for this long, requests are the console's own. */
const PRESENT_MS = 60_000

const state = { lastInputAt: Date.now() }

/** Call once. */
export function watchActivity(): void {
  const seen = () => {
    state.lastInputAt = Date.now()
  }
  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const)
    window.addEventListener(name, seen, { capture: true, passive: true })
}

export const isSomebodyThere = (): boolean => Date.now() - state.lastInputAt < PRESENT_MS
