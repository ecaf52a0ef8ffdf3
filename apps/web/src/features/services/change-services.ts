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

const stateOf = ({ enabled, groups, schedule, perGroup, answer }: Service) => ({
  enabled,
  groups,
  schedule,
  perGroup,
  answer,
})

export function usePatchService() {
  const act = useAct('services')
  return {
    ...act,
    save: (service: Service, body: ServicePatch & { readonly enabled: boolean }, onDone?: () => void) => {
      const path = `/services/${service.id}`
      const verb = body.enabled === service.enabled ? 'saved' : body.enabled ? 'blocked' : 'released'
      const back = [{ path, body: stateOf(service) }]
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
    save: (services: readonly Service[], enabled: boolean, title: string) => {
      const changed = services.filter((service) => service.enabled !== enabled)
      const ids = changed.map(({ id }) => id)
      const message = `${title}: ${changed.length} ${enabled ? 'blocked' : 'released'}`
      act.mutate({
        path: '/services',
        body: { ids, enabled },
        message,
        back: [{ path: '/services', body: { ids, enabled: !enabled } }],
      })
    },
  }
}

export function usePatchSafeSearch() {
  const act = useAct('safe-search')
  return {
    ...act,
    save: (engine: SafeSearchEngine, body: SafeSearchPatch & { readonly enabled: boolean }, onDone?: () => void) => {
      const path = `/safe-search/${engine.id}`
      const verb = body.enabled === engine.enabled ? 'saved' : body.enabled ? 'on' : 'off'
      const { enabled, groups, schedule, perGroup } = engine
      const back = [{ path, body: { enabled, groups, schedule, perGroup } }]
      act.mutate(
        { path, body, base: engine, message: `Safe search of ${engine.name} ${verb}`, back },
        { onSuccess: () => onDone?.() },
      )
    },
  }
}
