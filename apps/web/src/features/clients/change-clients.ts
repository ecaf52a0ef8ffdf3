/** What can be done to clients. Each act says itself, and can be taken back. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Client, ClientInput, ClientPatch, SeenClient } from '@weir/shared/contract/clients'
import { messageOf } from '../../lib/api-error.ts'
import { http } from '../../lib/http.ts'
import { useToast } from '../../ui/toast.tsx'

function useRefresh() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      [['clients'], ['groups'], ['changes'], ['explain']].map((queryKey) => client.invalidateQueries({ queryKey })),
    )
}

export function useSaveClient() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, input }: { readonly id: number; readonly input: ClientInput }) =>
      id === 0 ? http.post<Client>('/clients', input) : http.patch<Client>(`/clients/${id}`, input),
    onSuccess: refresh,
  })
}

/** Also "release" and "back to Everyone": without an entry of its own a client belongs to no other group. */
export function useDeleteClient() {
  const refresh = useRefresh()
  const toast = useToast()
  return useMutation({
    mutationFn: (entry: Client) => http.delete(`/clients/${entry.id}`),
    onSuccess: (_deleted, { identifier, groupId, name, tags, comment, isQuarantined }) => {
      toast({
        message: isQuarantined ? `${name || identifier} released` : `${name || identifier} removed`,
        undo: async () => {
          await http.post('/clients', { identifier, groupId, name, tags, comment })
          await refresh()
        },
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
  return useMutation({
    mutationFn: async ({ seen, entry, groupId }: Move) => {
      const own = entry?.identifier === seen.address ? entry : undefined
      if (!own)
        return { back: await http.post<Client>('/clients', { identifier: seen.address, groupId, name: seen.name }) }
      const patch: ClientPatch = { groupId }
      await http.patch(`/clients/${own.id}`, patch)
      return { before: own }
    },
    onSuccess: (done, { seen, groupId }) => {
      toast({
        message: `${seen.name || seen.address} is in ${groupName(groupId)} now`,
        undo: async () => {
          if (done.back) await http.delete(`/clients/${done.back.id}`)
          else await http.patch(`/clients/${done.before.id}`, { groupId: done.before.groupId })
          await refresh()
        },
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
