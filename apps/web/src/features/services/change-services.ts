/** What can be done to services and safe search. Each act says itself, and can be taken back. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SafeSearchEngine, SafeSearchPatch, Service, ServicePatch } from '@weir/shared/contract/rule-sets'
import { useUndo } from '../../lib/api/undo.ts'
import { messageOf } from '../../lib/api-error.ts'
import { type Base, saveEdit, TheirsTaken } from '../../lib/edit-conflict.ts'
import { useToast } from '../../ui/toast.tsx'
import { type CategoryEdit, saveCategory } from './save-category.ts'

interface Act {
  /** Below the API, as in `/services/youtube`. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** As it was when the form was opened, with its name. */
  readonly base: Base & { readonly name: string }
  readonly message: string
  readonly onDone?: (() => void) | undefined
}

/** What follows an act, however it was made: one revision, which the message takes back. */
function useAfter(queryKey: string) {
  const client = useQueryClient()
  const toast = useToast()
  const undo = useUndo()
  const refresh = () =>
    Promise.all([[queryKey], ['changes'], ['explain']].map((key) => client.invalidateQueries({ queryKey: key })))
  return {
    refresh,
    onSuccess: ({ revision }: { readonly revision: number }, message: string) => {
      toast({ message, undo: () => undo.revision(revision) })
      return refresh()
    },
    onError: (error: unknown) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
  }
}

function useAct(queryKey: string) {
  const { refresh, onSuccess, onError } = useAfter(queryKey)
  return useMutation({
    mutationFn: ({ path, body, base, onDone }: Act) => {
      const onTheirs = () => {
        void refresh()
        onDone?.()
      }
      return saveEdit<{ revision: number }>({ path, body, base, title: base.name, onTheirs })
    },
    onSuccess: (saved, { message }) => onSuccess(saved, message),
    onError,
  })
}

interface Switched {
  readonly enabled: boolean
  readonly shadow?: boolean | undefined
}

function verbOf(was: Switched, body: Switched, [on, off]: readonly [on: string, off: string]): string {
  const shadow = body.shadow ?? was.shadow
  if (body.enabled && shadow !== was.shadow) return shadow ? 'only records' : 'acts now'
  if (body.enabled === was.enabled) return 'saved'
  return body.enabled ? (shadow ? 'only records' : on) : off
}

export function usePatchService() {
  const act = useAct('services')
  return {
    ...act,
    save: (service: Service, body: ServicePatch & { readonly enabled: boolean }, onDone?: () => void) => {
      const message = `${service.name} ${verbOf(service, body, ['blocked', 'released'])}`
      act.mutate(
        { path: `/services/${service.id}`, body: { ...body }, base: service, message, onDone },
        { onSuccess: () => onDone?.() },
      )
    },
  }
}

interface CategoryAct extends CategoryEdit {
  readonly onDone?: (() => void) | undefined
}

/** A whole category, in one change. */
export function usePatchServices() {
  const { refresh, onSuccess, onError } = useAfter('services')
  const act = useMutation({
    mutationFn: ({ onDone, ...edit }: CategoryAct) =>
      saveCategory(edit).catch((error: unknown) => {
        if (error instanceof TheirsTaken) {
          void refresh()
          onDone?.()
        }
        throw error
      }),
    onSuccess: (saved, { title, body }) => {
      const verb = body.enabled ? (body.shadow ? 'on trial' : 'blocked') : 'released'
      return onSuccess(saved, `${title}: ${saved.items.length} ${verb}`)
    },
    onError,
  })
  return {
    ...act,
    save: (services: readonly Service[], body: CategoryEdit['body'], title: string, onDone?: () => void) =>
      act.mutate({ services, body, title, onDone }, { onSuccess: () => onDone?.() }),
  }
}

export function usePatchSafeSearch() {
  const act = useAct('safe-search')
  return {
    ...act,
    save: (engine: SafeSearchEngine, body: SafeSearchPatch & { readonly enabled: boolean }, onDone?: () => void) => {
      const message = `Safe search of ${engine.name} ${verbOf(engine, body, ['on', 'off'])}`
      act.mutate(
        { path: `/safe-search/${engine.id}`, body, base: engine, message, onDone },
        { onSuccess: () => onDone?.() },
      )
    },
  }
}
