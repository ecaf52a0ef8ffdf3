/** A list that only records: what it would have done, what it would have done on the last week, and the end of the trial. */
import type { List } from '@weir/shared/contract/lists'
import { ShadowPanel } from '../../ui/shadow-panel.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { useSaveList } from './use-save-list.ts'

export function ListOnTrial({ list }: { readonly list: List }) {
  const { save, isPending } = useSaveList()
  return (
    <>
      <ShadowPanel
        subject={{ list: list.id }}
        onAct={() => save(list, { shadow: false }, { verb: 'acts now' })}
        isBusy={isPending}
      />
      {list.activeVersion && <SimulatedEffect changes={[{ kind: 'list', id: list.id, shadow: false }]} period="7d" />}
    </>
  )
}
