/** The settings document, of which the top bar and several pages show parts. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { SettingsPatch, SettingsState } from '@weir/shared/contract/settings'
import { saveEdit } from '../edit-conflict.ts'
import { http } from '../http.ts'

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => http.get<SettingsState>('/settings', undefined, signal),
})

export function usePatchSettings() {
  const client = useQueryClient()
  return useMutation({
    /** @param base as the form was opened with */
    mutationFn: ({ patch, base, onTheirs }: { patch: SettingsPatch; base: SettingsState; onTheirs?: () => void }) =>
      saveEdit<SettingsState & { applied: boolean; revision: number }>({
        path: '/settings',
        body: patch,
        base,
        title: 'Settings',
        onTheirs,
        isDeep: true,
      }),
    onSuccess: (saved) => {
      client.setQueryData(settingsQuery.queryKey, saved)
      void client.invalidateQueries({ queryKey: ['changes'] })
    },
  })
}
