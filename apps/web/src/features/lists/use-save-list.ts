/** Saves what is set of a list; says so, and takes it back. */
import type { List, ListPatch } from '@weir/shared/contract/lists'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { useToast } from '../../ui/toast.tsx'
import { usePatchList } from './change-lists.ts'

export function useSaveList() {
  const patch = usePatchList()
  const toast = useToast()
  const undo = useUndo()
  return {
    isPending: patch.isPending,
    reset: () => patch.reset(),
    errors: patch.error instanceof ApiError ? patch.error.fieldErrors : {},
    /**
     * @param base as the form was made from
     * @param verb as in `acts now`
     */
    save: (base: List, change: ListPatch, onSaved?: (saved: List) => void, verb = 'saved') =>
      // A promise, not callbacks of `mutate`: they go with the form, which a list that acts no longer has.
      void patch.mutateAsync({ list: base, patch: change }).then(
        (saved) => {
          onSaved?.(saved)
          toast({ message: `${saved.name} ${verb}`, undo: () => undo.revision(saved.revision) })
        },
        (error: unknown) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
      ),
  }
}
