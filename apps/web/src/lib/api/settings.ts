/** The settings document, of which the top bar and several pages show parts. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Settings, SettingsPatch } from '@weir/shared/contract/settings'
import { http } from '../http.ts'

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => http.get<Settings>('/settings', undefined, signal),
})

export function usePatchSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (patch: SettingsPatch) =>
      http.patch<Settings & { applied: boolean; revision: number }>('/settings', patch),
    onSuccess: (saved) => {
      client.setQueryData(settingsQuery.queryKey, saved)
      void client.invalidateQueries({ queryKey: ['changes'] })
    },
  })
}
