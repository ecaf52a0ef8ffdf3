/** What a simulation has found, in a sentence. */
import { SIMULATED_EFFECTS, type SimulatedEffect, type SimulationResult } from '@weir/shared/contract/simulation'
import { plural } from './format.ts'

export const PERIOD_WORDS = { '24h': 'the last 24 hours', '7d': 'the last 7 days' } as const

const VERBS: Record<SimulatedEffect, string> = {
  blocked: 'blocked',
  freed: 'freed',
  rewritten: 'answered here',
  redirected: 'sent to other upstreams',
  otherwise: 'given another answer',
}

export const EFFECT_LABELS: Record<SimulatedEffect, string> = {
  blocked: 'Newly blocked',
  freed: 'Freed',
  rewritten: 'Answered here',
  redirected: 'Other upstreams',
  otherwise: 'Another answer',
}

/** As in `Would have blocked 214 queries of 12 names from 3 clients in the last 24 hours.` */
export function effectSentence({ effects, covered }: SimulationResult, period: keyof typeof PERIOD_WORDS): string {
  if (covered.queries === 0) return `No query of ${PERIOD_WORDS[period]} is in the log to try it on.`
  const parts = SIMULATED_EFFECTS.filter((effect) => effects[effect].queries > 0).map((effect) => {
    const { queries, names, clients } = effects[effect]
    const who = `${plural(names, 'name')} from ${plural(clients, 'client')}`
    return `${VERBS[effect]} ${plural(queries, 'query', 'queries')} of ${who}`
  })
  if (parts.length === 0) return `Would have changed nothing in ${PERIOD_WORDS[period]}.`
  return `Would have ${parts.join(', and ')} in ${PERIOD_WORDS[period]}.`
}
