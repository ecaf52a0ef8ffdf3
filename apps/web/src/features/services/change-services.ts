/** What can be done to services and safe search. Each act says itself, and can be taken back. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { SafeSearchEngine, SafeSearchPatch, Service, ServicePatch } from '@weir/shared/contract/rule-sets'
import { messageOf } from '../../lib/api-error.ts'
import { type Base, saveEdit } from '../../lib/edit-conflict.ts'
import { http } from '../../lib/http.ts'
import { useToast } from '../../ui/toast.tsx'

interface Act {
  /** Below the API, as in `/services/youtube`. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** As it was seen, with its name; of several at once, none. */
  readonly base?: Base & { readonly name: string }
  readonly message: string
  /** Bodies that bring back what was. */
  readonly back: readonly { readonly path: string; readonly body: object }[]
}

function useAct(queryKey: string) {
  const client = useQueryClient()
  const toast = useToast()
  const refresh = () =>
    Promise.all([[queryKey], ['changes'], ['explain']].map((key) => client.invalidateQueries({ queryKey: key })))
  const takeBack = async (back: Act['back']) => {
    for (const { path, body } of back) await http.patch(path, body)
    await refresh()
  }
  return useMutation({
    mutationFn: ({ path, body, base }: Act) =>
      base === undefined
        ? http.patch(path, body)
        : saveEdit({ path, body, base, title: base.name, onTheirs: () => void refresh() }),
    onSuccess: (_saved, { message, back }) => {
      toast({ message, undo: () => takeBack(back) })
      return refresh()
    },
    onError: (error) => toast({ message: `Not saved: ${messageOf(error)}`, isError: true }),
  })
}

/** How it is switched, without its answer. */
const switchOf = ({ enabled, groups, schedule, perGroup, shadow }: Service | SafeSearchEngine) => ({
  enabled,
  groups,
  schedule,
  perGroup,
  shadow,
})

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
      const path = `/services/${service.id}`
      const back = [{ path, body: { ...switchOf(service), answer: service.answer } }]
      const verb = verbOf(service, body, ['blocked', 'released'])
      act.mutate(
        { path, body: { ...body }, base: service, message: `${service.name} ${verb}`, back },
        { onSuccess: () => onDone?.() },
      )
    },
  }
}

/** A whole category, in one change. Going back, each service gets what it had. */
export function usePatchServices() {
  const act = useAct('services')
  return {
    ...act,
    save: (
      services: readonly Service[],
      body: ServicePatch & { readonly enabled: boolean },
      title: string,
      onDone?: () => void,
    ) => {
      const verb = body.enabled ? (body.shadow ? 'on trial' : 'blocked') : 'released'
      act.mutate(
        {
          path: '/services',
          body: { ids: services.map(({ id }) => id), ...body },
          message: `${title}: ${services.length} ${verb}`,
          back: asTheyWere(services),
        },
        { onSuccess: () => onDone?.() },
      )
    },
  }
}

/** One body for all that were switched alike. */
function asTheyWere(services: readonly Service[]): Act['back'] {
  const ids = new Map<string, string[]>()
  for (const service of services) {
    const state = JSON.stringify(switchOf(service))
    ids.set(state, [...(ids.get(state) ?? []), service.id])
  }
  return [...ids].map(([state, alike]) => ({ path: '/services', body: { ids: alike, ...JSON.parse(state) } }))
}

export function usePatchSafeSearch() {
  const act = useAct('safe-search')
  return {
    ...act,
    save: (engine: SafeSearchEngine, body: SafeSearchPatch & { readonly enabled: boolean }, onDone?: () => void) => {
      const path = `/safe-search/${engine.id}`
      const verb = verbOf(engine, body, ['on', 'off'])
      const back = [{ path, body: switchOf(engine) }]
      act.mutate(
        { path, body, base: engine, message: `Safe search of ${engine.name} ${verb}`, back },
        { onSuccess: () => onDone?.() },
      )
    },
  }
}
