/** Saves what is set of a list; says so, and takes it back. */
import type { List, ListPatch } from '@weir/shared/contract/lists'
import { useUndo } from '../../lib/api/undo.ts'
import { ApiError, messageOf } from '../../lib/api-error.ts'
import { useToast } from '../../ui/toast.tsx'
import { usePatchList } from './change-lists.ts'

interface SaveOptions {
  readonly onSaved?: (saved: List) => void
  /** What somebody else has saved meanwhile was taken instead. */
  readonly onTheirs?: () => void
  /** As in `acts now`. */
  readonly verb?: string
}

export function useSaveList() {
  const patch = usePatchList()
  const toast = useToast()
  const undo = useUndo()
  return {
    isPending: patch.isPending,
    reset: () => patch.reset(),
    errors: patch.error instanceof ApiError ? patch.error.fieldErrors : {},
    /** @param base as the form was made from */
    save: (base: List, change: ListPatch, { onSaved, onTheirs, verb = 'saved' }: SaveOptions = {}) =>
      // A promise, not callbacks of `mutate`: they go with the form, which a list that acts no longer has.
      void patch.mutateAsync({ list: base, patch: change, onTheirs }).then(
        (saved) => {
          onSaved?.(saved)
          toast({ message: `${saved.name} ${verb}`, undo: () => undo.revision(saved.revision) })
        },
        (error: unknown) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
      ),
  }
}
