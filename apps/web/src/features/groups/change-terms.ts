/** What a list, a service or safe search is for one group: saved at once, like its switch elsewhere, and taken back by a toast. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { type Base, saveEdit } from '../../lib/edit-conflict.ts'
import { choiceForAll, choiceForGroup, type TermChoice, type Terms, termsFrom } from '../../lib/terms.ts'
import { useToast } from '../../ui/toast.tsx'

/** As the API shows it, with where it is changed. */
export interface Held extends Base, Terms {
  readonly name: string
  readonly enabled: boolean
}

interface Change {
  /** Below the API, as in `/lists/3`. */
  readonly path: string
  readonly held: Held
  readonly group: { readonly id: number; readonly name: string }
  readonly choice: TermChoice
}

/** @param groups all of them */
export function useChangeTerm(groups: readonly { readonly id: number; readonly isDefault: boolean }[]) {
  const client = useQueryClient()
  const undo = useUndo()
  const toast = useToast()
  const refresh = () =>
    Promise.all(
      ['groups', 'lists', 'services', 'safe-search', 'changes', 'explain'].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    )
  return useMutation({
    mutationFn: ({ path, held, group, choice }: Change) => {
      const choices = new Map(
        groups.map(({ id }) => [id, held.enabled ? choiceForGroup(held, id) : 'inherit'] as const),
      )
      const defaultGroup = groups.find(({ isDefault }) => isDefault)?.id ?? 1
      // What was off for all is switched on for this group alone.
      const all = held.enabled ? choiceForAll(held) : 'never'
      const terms = termsFrom(all, new Map(choices).set(group.id, choice), defaultGroup)
      const body = { ...terms, ...(!held.enabled && { enabled: true }) }
      return saveEdit<{ revision: number }>({
        path,
        body,
        base: held,
        title: held.name,
        onTheirs: () => void refresh(),
      })
    },
    onSuccess: ({ revision }, { held, group }) => {
      toast({ message: `${held.name} saved for ${group.name}`, undo: () => undo.revision(revision) })
      return refresh()
    },
    onError: (error) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
  })
}
