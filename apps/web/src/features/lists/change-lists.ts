/** What can be done to lists. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { List, ListInput, ListPatch, ListUpdateResult } from '@weir/shared/contract/lists'
import { listsQuery } from '../../lib/api/lists.ts'
import { ApiError } from '../../lib/api-error.ts'
import { deleteEdited, saveEdit } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'
import { uploadContent } from './upload-content.ts'

type SavedList = List & { readonly applied: boolean; readonly revision: number }

function useRefreshLists() {
  const client = useQueryClient()
  return () =>
    Promise.all(
      [listsQuery.queryKey, ['list'], ['list-catalogue'], ['changes'], ['explain']].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    )
}

/** @throws what is no word of the guard */
function isHeldForReview(error: unknown): true {
  if (error instanceof ApiError && error.code === 'held-for-review') return true
  throw error
}

export interface NewList {
  readonly input: ListInput
  /** Uploaded after the list is made. */
  readonly file: File | null
  readonly onProgress: (share: number) => void
  /** Told the id of the list that the file is for, before it is sent. */
  readonly onCreated: (id: number) => void
}

export function useCreateList() {
  const refresh = useRefreshLists()
  return useMutation({
    mutationFn: async ({ input, file, onProgress, onCreated }: NewList) => {
      const list = await http.post<SavedList>('/lists', input)
      if (file === null) return { ...list, isHeld: false }
      try {
        onCreated(list.id)
        // Content that is held is stored: its list shows why, and asks.
        const isHeld = await uploadContent(list.id, file, onProgress).then(() => false, isHeldForReview)
        return { ...list, isHeld }
      } catch (error) {
        // An empty list of that name would stand in the way of the next try. It stays where it cannot be deleted either.
        await http.delete(`/lists/${list.id}`).catch(() => undefined)
        throw error
      }
    },
    onSettled: refresh,
  })
}

export function useUploadContent() {
  const refresh = useRefreshLists()
  return useMutation({
    mutationFn: ({ id, file, onProgress }: { id: number; file: File; onProgress: (share: number) => void }) =>
      uploadContent(id, file, onProgress),
    onSettled: refresh,
  })
}

/** Of a list; everything else of it is what its fetches made. */
const EDITABLE = [
  'name',
  'comment',
  'url',
  'allowPrivateAddresses',
  'enabled',
  'shadow',
  'pinned',
  'mayAnswer',
  'refreshIntervalSeconds',
  'groups',
  'schedule',
  'perGroup',
  'answer',
  'guard',
] satisfies (keyof ListPatch)[]

export function usePatchList() {
  const refresh = useRefreshLists()
  return useMutation({
    mutationFn: ({ list, patch, onTheirs }: { list: List; patch: ListPatch; onTheirs?: (() => void) | undefined }) =>
      saveEdit<SavedList>({
        path: `/lists/${list.id}`,
        body: patch,
        base: list,
        title: list.name,
        onTheirs,
        editable: EDITABLE,
      }),
    onSuccess: refresh,
  })
}

export function useRefreshList() {
  const refresh = useRefreshLists()
  return useMutation({
    mutationFn: (id: number) => http.post<ListUpdateResult>(`/lists/${id}/refresh`),
    onSettled: refresh,
  })
}

export function useActivateVersion() {
  const refresh = useRefreshLists()
  return useMutation({
    mutationFn: ({ id, versionId }: { id: number; versionId: number }) =>
      http.post<SavedList>(`/lists/${id}/versions/${versionId}/activate`),
    onSuccess: refresh,
  })
}

/** To the version that was in effect when `list` was read; nothing where there was none. */
export const wayBack = (
  { id, activeVersion }: List,
  activate: ReturnType<typeof useActivateVersion>['mutateAsync'],
): { undo?: () => Promise<unknown> } =>
  activeVersion === null ? {} : { undo: () => activate({ id, versionId: activeVersion.id }) }

export function useDiscardVersion() {
  const refresh = useRefreshLists()
  return useMutation({
    mutationFn: ({ id, versionId }: { id: number; versionId: number }) =>
      http.delete(`/lists/${id}/versions/${versionId}`),
    onSuccess: refresh,
  })
}

export function useDeleteList() {
  const refresh = useRefreshLists()
  return useMutation({
    /** A bare id: whatever the list is by now. */
    mutationFn: (list: List | number) =>
      typeof list === 'number' ? http.delete(`/lists/${list}`) : deleteEdited(`/lists/${list.id}`, list, list.name),
    onSuccess: refresh,
  })
}

/** Brings a deleted list back, with its id and its versions; the API keeps it for a day. */
export function useRestoreList() {
  const refresh = useRefreshLists()
  return useMutation({ mutationFn: (id: number) => http.post<SavedList>(`/lists/${id}/restore`), onSuccess: refresh })
}
