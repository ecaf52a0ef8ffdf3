/** How long a rule takes until it acts. */
import { startClient } from './client-thread.ts'
import type { RuleEdits, RuleFigures } from './rule-edits-thread.ts'
import type { Weir } from './weir.ts'

const ENTRY = new URL('rule-edits-thread.ts', import.meta.url)

/** Saves `count` rules and deletes each. @param tag part of their names, for each run another */
export const measureRules = ({ dnsPort, httpPort }: Weir, count: number, tag: string): Promise<RuleFigures> =>
  startClient<RuleFigures>(ENTRY, { dnsPort, httpPort, count, tag } satisfies RuleEdits).result
