/** Ends an override at once, wherever it is shown; says so, and takes it back. Not there for those who may not. */
import { useQuery } from '@tanstack/react-query'
import type { Override } from '@weir/shared/contract/overrides'
import { mayAs, meQuery } from '../lib/api/me.ts'
import { useEndOverride } from '../lib/api/overrides.ts'
import { useUndo } from '../lib/api/undo.ts'
import { ApiError, messageOf } from '../lib/api-error.ts'
import { titleOf, whomOf } from '../lib/override-words.ts'
import { Button } from './button.tsx'
import { useToast } from './toast.tsx'

export function EndOverrideButton({ override }: { readonly override: Override }) {
  const { data: me } = useQuery(meQuery)
  const { endNow, isPending } = useEndNow()
  return (
    mayAs(me?.role, 'operator') && (
      <Button
        size="small"
        onClick={() => void endNow(override)}
        isBusy={isPending}
        aria-label={`End now: ${nameOf(override)}`}
      >
        End now
      </Button>
    )
  )
}

function useEndNow() {
  const end = useEndOverride()
  const undo = useUndo()
  const toast = useToast()
  return {
    isPending: end.isPending,
    // A promise, not callbacks of the mutation: what shows the override may be gone by the time it is done.
    endNow: (override: Override) => {
      const title = nameOf(override)
      return end.mutateAsync(override.id).then(
        ({ revision }) => toast({ message: `Ended: ${title}`, undo: () => undo.revision(revision) }),
        (error: unknown) =>
          error instanceof ApiError && error.status === 404
            ? toast({ message: `Ended already: ${title}` })
            : toast({ message: `Not ended: ${messageOf(error)}`, isError: true }),
      )
    },
  }
}

/** `Filtering paused, Group Kids` */
const nameOf = (override: Override): string => `${titleOf(override)}, ${whomOf(override)}`
