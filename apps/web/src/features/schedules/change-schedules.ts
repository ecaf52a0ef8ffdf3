/** What can be done to schedules. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Schedule, ScheduleInput, ScheduleSaved } from '@weir/shared/contract/schedules'
import type { z } from 'zod'
import { deleteEdited, saveEdit } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'

const titleOf = ({ name }: Schedule): string => `Schedule ${name}`

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
    /** @param base as the form was opened with; null: a new schedule */
    mutationFn: ({ base, input, onTheirs }: { base: Schedule | null; input: ScheduleInput; onTheirs: () => void }) =>
      base === null
        ? http.post<Saved>('/schedules', input)
        : saveEdit<Saved>({ path: `/schedules/${base.id}`, body: input, base, title: titleOf(base), onTheirs }),
    onSuccess: refresh,
  })
}

export function useDeleteSchedule() {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (schedule: Schedule) =>
      deleteEdited<{ revision: number }>(`/schedules/${schedule.id}`, schedule, titleOf(schedule)),
    onSuccess: refresh,
  })
}
