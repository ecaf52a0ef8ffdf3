/** What can be done to groups. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Group, GroupInput } from '@weir/shared/contract/groups'
import { deleteEdited, saveEdit } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'

export function useSaveGroup() {
  const client = useQueryClient()
  return useMutation({
    /** @param base as the form was opened with; null: a new group */
    mutationFn: ({ base, input, onTheirs }: { base: Group | null; input: GroupInput; onTheirs: () => void }) =>
      base === null
        ? http.post<{ revision: number }>('/groups', input)
        : saveEdit<{ revision: number }>({
            path: `/groups/${base.id}`,
            body: input,
            base,
            title: `Group ${base.name}`,
            onTheirs,
          }),
    onSuccess: () => {
      for (const queryKey of [['groups'], ['clients'], ['schedules'], ['changes'], ['explain']])
        void client.invalidateQueries({ queryKey })
    },
  })
}

export function useDeleteGroup() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (group: Group) =>
      deleteEdited<{ revision: number }>(`/groups/${group.id}`, group, `Group ${group.name}`),
    onSuccess: () => {
      for (const queryKey of [['groups'], ['changes'], ['rules']]) void client.invalidateQueries({ queryKey })
    },
  })
}
