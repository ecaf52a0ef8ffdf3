/** State and checkpoint of the two databases: the overview's card and the page share it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { CheckpointRequest, CheckpointResult, DatabaseState } from '@weir/shared/contract/system'
import type { z } from 'zod'
import { http } from '../http.ts'

export type DatabaseReport = z.infer<typeof DatabaseState>
export type DatabaseFileState = DatabaseReport['items'][number]

export const databaseQuery = queryOptions({
  queryKey: ['database'],
  queryFn: ({ signal }) => http.get<DatabaseReport>('/database', undefined, signal),
  refetchInterval: 10_000,
})

export function useCheckpoint() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: z.infer<typeof CheckpointRequest>) => http.post<CheckpointResult>('/database/checkpoint', body),
    onSettled: () => client.invalidateQueries({ queryKey: databaseQuery.queryKey }),
  })
}

/** `All 128 frames moved in 4.2 ms` and the like; -1 means that SQLite did not say. */
export function describeCheckpoint(
  result: Pick<CheckpointResult, 'busy' | 'logFrames' | 'checkpointedFrames'>,
): string {
  if (result.busy) {
    return `busy: ${Math.max(result.checkpointedFrames, 0)} of ${Math.max(result.logFrames, 0)} frames moved, a reader holds the rest`
  }
  if (result.logFrames < 0) return 'done'
  if (result.logFrames === 0) return 'done, no frames left in the WAL'
  return `${result.checkpointedFrames} of ${result.logFrames} frames are in the database file`
}
