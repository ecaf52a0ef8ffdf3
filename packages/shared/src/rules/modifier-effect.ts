/** What modifiers make of a rule besides blocking and allowing. */
import type { BlockAnswer } from '../contract/rules.ts'

/** What the modifiers turn the rule into. */
export type ModifierEffect =
  | { readonly kind: 'answer'; readonly answer: BlockAnswer }
  | { readonly kind: 'local'; readonly ipv4: string[]; readonly ipv6: string[] }
  | { readonly kind: 'forward'; readonly servers: string[] }
  | { readonly kind: 'alias'; readonly target: string; readonly keepsLabels: boolean }
