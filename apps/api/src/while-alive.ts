/**
 * Calls to the resolver that may take long. A process that is stopped or stuck takes connections and answers nothing: somebody
 * would wait for the whole time that the longest explanation may take. So while an answer stays away, the resolver is asked
 * whether it is there at all.
 */
import { fail, type Result } from '@weir/shared/result'
import type { ResolverFault } from './resolver-fault.ts'

export interface Patience {
  /** Without an answer for so long, it is asked for a sign of life; and again as long after each. */
  readonly lookAfterMs: number
  /** How long it has to give one: its main thread may be busy for a second or two with a large change. */
  readonly signOfLifeMs: number
}
export const PATIENCE: Patience = { lookAfterMs: 1000, signOfLifeMs: 4000 }

/**
 * @param call is cancelled by its signal when it is given up
 * @param isAlive false: no sign of life within the time given
 */
export async function whileAlive<T>(
  call: (givenUp: AbortSignal) => Promise<Result<T, ResolverFault>>,
  isAlive: (withinMs: number) => Promise<boolean>,
  { lookAfterMs, signOfLifeMs }: Patience = PATIENCE,
): Promise<Result<T, ResolverFault>> {
  const givenUp = new AbortController()
  const reply = call(givenUp.signal)
  for (;;) {
    const early = await answeredWithin(reply, lookAfterMs)
    if (early !== undefined) return early
    const first = await Promise.race([reply, isAlive(signOfLifeMs)])
    if (typeof first === 'object') return first
    if (first) continue
    givenUp.abort()
    const seconds = (lookAfterMs + signOfLifeMs) / 1000
    return fail({
      code: 'timeout',
      status: 0,
      detail: `the resolver is running, but has said nothing for ${seconds} s`,
    })
  }
}

/** @returns undefined when it stays away for longer */
async function answeredWithin<T>(reply: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  const first = await Promise.race([reply, patience])
  clearTimeout(timer)
  return first
}
