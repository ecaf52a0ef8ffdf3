/** How far an import is, by the events that carry its key. */
import type { ImportEvent } from '@weir/shared/contract/stats'
import { useState } from 'react'
import { formatCount, formatPercent } from '../../lib/format.ts'
import { useLiveEvent } from '../../lib/live-context.ts'
import { Progress } from '../../ui/progress.tsx'

/** @param progressKey of the request that is running */
export function ImportProgress({ progressKey }: { readonly progressKey: string }) {
  const [event, setEvent] = useState<ImportEvent | null>(null)
  useLiveEvent('import', (next) => {
    if (next.key === progressKey) setEvent(next)
  })
  const isCounted = event !== null && event.linesTotal > 0
  return (
    <Progress
      label="Progress of the import"
      done={isCounted ? event.linesDone : undefined}
      total={isCounted ? event.linesTotal : undefined}
    >
      {wordsFor(event)}
    </Progress>
  )
}

function wordsFor(event: ImportEvent | null): string {
  if (event === null) return 'Sending the lines'
  const { phase, linesDone, linesTotal } = event
  if (phase === 'waiting') return 'Waiting for another import to end'
  if (phase === 'applying') return 'Stored; the resolver is taking the rules up'
  const share = formatPercent(linesTotal === 0 ? 0 : linesDone / linesTotal)
  return `${phase === 'checking' ? 'Checked' : 'Stored'} ${formatCount(linesDone)} of ${formatCount(linesTotal)} lines, ${share}`
}
