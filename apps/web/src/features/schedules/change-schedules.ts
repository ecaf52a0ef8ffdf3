/** What can be done to schedules. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ScheduleInput, ScheduleSaved } from '@weir/shared/contract/schedules'
import type { z } from 'zod'
import { http } from '../../lib/http.ts'

type Saved = z.infer<typeof ScheduleSaved>

function useRefresh(): () => void {
  const client = useQueryClient()
  return () => {
    for (const queryKey of [['schedules'], ['changes'], ['explain']]) void client.invalidateQueries({ queryKey })
  }
}

export function useSaveSchedule() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ id, input }: { id: number; input: ScheduleInput }) =>
      id === 0 ? http.post<Saved>('/schedules', input) : http.patch<Saved>(`/schedules/${id}`, input),
    onSuccess: refresh,
  })
}

export function useDeleteSchedule() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (id: number) => http.delete<{ revision: number }>(`/schedules/${id}`),
    onSuccess: refresh,
  })
}
