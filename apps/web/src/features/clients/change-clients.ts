/** What can be done to clients. Each act says itself, and can be taken back. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Client, ClientInput, ClientSaved, SeenClient } from '@weir/shared/contract/clients'
import type { z } from 'zod'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { deleteEdited, saveEdit } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'
import { useToast } from '../../ui/toast.tsx'

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      [['clients'], ['groups'], ['changes'], ['explain']].map((queryKey) => client.invalidateQueries({ queryKey })),
    )
}

type Saved = z.infer<typeof ClientSaved>

const titleOf = ({ name, identifier }: Pick<Client, 'name' | 'identifier'>): string => `Client ${name || identifier}`

interface SaveRequest {
  /** As the form was opened with; null: a new entry. */
  readonly base: Client | null
  readonly input: ClientInput
  readonly onTheirs: () => void
}

export function useSaveClient() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ base, input, onTheirs }: SaveRequest) =>
      base === null
        ? http.post<Saved>('/clients', input)
        : saveEdit<Saved>({ path: `/clients/${base.id}`, body: input, base, title: titleOf(base), onTheirs }),
    onSuccess: refresh,
  })
}

/** Also "release" and "back to Everyone": without an entry of its own a client belongs to no other group. */
export function useDeleteClient() {
  const refresh = useRefresh()
  const toast = useToast()
  const undo = useUndo()
  return useMutation({
    mutationFn: (entry: Client) => deleteEdited<{ revision: number }>(`/clients/${entry.id}`, entry, titleOf(entry)),
    onSuccess: ({ revision }, { identifier, name, isQuarantined }) => {
      toast({
        message: `${name || identifier} ${isQuarantined ? 'released' : 'removed'}`,
        undo: () => undo.revision(revision),
      })
      return refresh()
    },
    onError: (error) => toast({ message: `Not removed: ${messageOf(error)}`, isError: true }),
  })
}

/** One press: the client gets an entry of its own, or its entry another group. */
export function useMoveClient(groupName: (id: number) => string) {
  const refresh = useRefresh()
  const toast = useToast()
  const undo = useUndo()
  return useMutation({
    mutationFn: ({ seen, entry, groupId }: Move) => {
      const base = entry?.identifier === seen.address ? entry : undefined
      if (!base) return http.post<Saved>('/clients', { identifier: seen.address, groupId, name: seen.name })
      const onTheirs = () => void refresh()
      return saveEdit<Saved>({ path: `/clients/${base.id}`, body: { groupId }, base, title: titleOf(base), onTheirs })
    },
    onSuccess: ({ revision }, { seen, groupId }) => {
      toast({
        message: `${seen.name || seen.address} is in ${groupName(groupId)} now`,
        undo: () => undo.revision(revision),
      })
      return refresh()
    },
    onError: (error) => toast({ message: `Not moved: ${messageOf(error)}`, isError: true }),
  })
}

interface Move {
  readonly seen: SeenClient
  /** That decides its group now. */
  readonly entry: Client | undefined
  readonly groupId: number
}
