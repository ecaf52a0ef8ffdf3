/** Where the result will stand: how far a simulation is that takes longer than a moment. */
import { formatPercent } from '../../lib/format.ts'
import { Progress } from '../../ui/progress.tsx'
import { Skeleton } from '../../ui/states.tsx'

/** @param share null: not known yet */
export function WhatIfProgress({ share }: { readonly share: number | null }) {
  if (share === null) return <Skeleton rows={8} height={24} />
  return (
    <Progress label="Progress of the trial" done={share} total={1}>
      Trying it on the queries of late, {formatPercent(share)} done
    </Progress>
  )
}
