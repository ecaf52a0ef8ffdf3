/** What would have been done, in words and hues. */
import type { ShadowReport } from '@weir/shared/contract/shadow'
import type { PolicyEffect } from '@weir/shared/log/outcomes'
import type { OutcomeFamily } from './outcome-family.ts'

export const WOULD_BE: Record<PolicyEffect, string> = {
  blocked: 'would be blocked',
  freed: 'would be let through',
  rewritten: 'would be answered here',
  redirected: 'would be asked elsewhere',
  otherwise: 'would be answered otherwise',
}

export const FAMILY_OF_EFFECT: Record<PolicyEffect, OutcomeFamily> = {
  blocked: 'blocked',
  freed: 'cached',
  rewritten: 'rewritten',
  redirected: 'forwarded',
  otherwise: 'rewritten',
}

const VERBS: Partial<Record<PolicyEffect, string>> = { blocked: 'blocked', freed: 'let through' }

/** One verb where all names have the same effect. */
export function verbOf(names: ShadowReport['names']): string {
  const effects = new Set(names.map(({ effect }) => effect))
  const [only] = effects
  return (effects.size === 1 && only !== undefined && VERBS[only]) || 'changed'
}
