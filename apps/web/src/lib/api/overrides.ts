/** Timed overrides: read, started and ended from their own page and from where names are seen. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { OverrideCollection, OverrideInput, OverrideSaved } from '@weir/shared/contract/overrides'
import type { Deleted } from '@weir/shared/contract/primitives'
import type { z } from 'zod'
import { http } from '../http.ts'

export const overridesQuery = queryOptions({
  queryKey: ['overrides'],
  queryFn: ({ signal }) => http.get<z.infer<typeof OverrideCollection>>('/overrides', undefined, signal),
})

const TOUCHED = [['overrides'], ['changes'], ['explain']] as const

export function useStartOverride() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: OverrideInput) => http.post<z.infer<typeof OverrideSaved>>('/overrides', input),
    onSuccess: () => {
      for (const queryKey of TOUCHED) void client.invalidateQueries({ queryKey })
    },
  })
}

export function useEndOverride() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: number) => http.delete<z.infer<typeof Deleted>>(`/overrides/${id}`),
    onSuccess: () => {
      for (const queryKey of TOUCHED) void client.invalidateQueries({ queryKey })
    },
  })
}
