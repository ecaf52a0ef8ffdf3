/** A time as people say it, the exact one on hover. */
import { formatExactTime, formatRelativeTime } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'

/** @param at null: it has not happened yet */
export function TimeAgo({ at }: { readonly at: number | null }) {
  const now = useNow(10_000)
  if (at === null) return <span>never</span>
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExactTime(at)}>
      {formatRelativeTime(at, Math.max(now, Date.now()))}
    </time>
  )
}
