/** What can be done to groups. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { GroupInput } from '@weir/shared/contract/groups'
import { http } from '../../lib/http.ts'

export function useSaveGroup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id: number; input: GroupInput }) =>
      id === 0 ? http.post('/groups', input) : http.patch(`/groups/${id}`, input),
    onSuccess: () => {
      for (const queryKey of [['groups'], ['changes'], ['explain']]) void client.invalidateQueries({ queryKey })
    },
  })
}

export function useDeleteGroup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => http.delete(`/groups/${id}`),
    onSuccess: () => {
      for (const queryKey of [['groups'], ['changes'], ['rules']]) void client.invalidateQueries({ queryKey })
    },
  })
}
