/** A list that only records: what it would have done, what it would have done on the last week, and the end of the trial. */
import type { List } from '@weir/shared/contract/lists'
import { messageOf } from '../../lib/api-error.ts'
import { ShadowPanel } from '../../ui/shadow-panel.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { useToast } from '../../ui/toast.tsx'
import { usePatchList } from './change-lists.ts'

export function ListOnTrial({ list }: { readonly list: List }) {
  const patch = usePatchList()
  const toast = useToast()
  const act = () =>
    // A promise, not callbacks of `mutate`: they go with this panel once the list acts.
    void patch.mutateAsync({ list, patch: { shadow: false } }).then(
      (saved) =>
        toast({
          message: `${list.name} acts now`,
          undo: () => patch.mutateAsync({ list: saved, patch: { shadow: true } }),
        }),
      (error: unknown) => toast({ message: `Not done: ${messageOf(error)}`, isError: true }),
    )
  return (
    <>
      <ShadowPanel subject={{ list: list.id }} onAct={act} isBusy={patch.isPending} />
      {list.activeVersion && <SimulatedEffect changes={[{ kind: 'list', id: list.id, shadow: false }]} period="7d" />}
    </>
  )
}
