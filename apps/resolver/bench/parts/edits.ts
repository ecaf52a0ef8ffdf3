/** Rules saved and taken back while the worker has all it can do: how long until they act. */
import { milliseconds } from '../comparison/report.ts'
import { measureRules } from '../comparison/rule-edits.ts'
import type { RuleFigures } from '../comparison/rule-edits-thread.ts'
import { table } from '../comparison/table.ts'
import type { Part } from './part.ts'
import { readyWeir } from './ready-weir.ts'

/** So many that a single pause of the machine is not the p99. */
const EDITS = 400
const SMOKE_EDITS = 3

export const edits: Part = async (world, settings) => {
  const count = settings.isSmoke ? SMOKE_EDITS : EDITS
  const ready = await readyWeir(world, settings, ['blocked'])
  const quiet = await measureRules(ready.weir, count, 'quiet')
  const busy = await ready.during('blocked', () => measureRules(ready.weir, count, 'busy'))
  const row = (what: string, { medianMs, p99Ms, removalMedianMs, removalP99Ms, brokenPromises }: RuleFigures) => [
    what,
    ...[medianMs, p99Ms, removalMedianMs, removalP99Ms].map(milliseconds),
    String(brokenPromises),
  ]
  return {
    markdown: `${count} rules each.\n\n${table(
      ['load', 'saved until it acts, p50', 'p99', 'deleted until it does not, p50', 'p99', 'responses too early'],
      [row('none', quiet), row('as much as it takes', busy)],
    )}`,
    values: { brokenPromises: quiet.brokenPromises + busy.brokenPromises, p99Ms: busy.p99Ms },
  }
}
