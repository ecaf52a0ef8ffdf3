/** What the search offers for a text. */
import { useQuery } from '@tanstack/react-query'
import type { NavigateOptions } from '@tanstack/react-router'
import type { Rule } from '@weir/shared/contract/rules'
import { listsQuery } from '../../lib/api/lists.ts'
import { http } from '../../lib/http.ts'
import { useDebounced } from '../../lib/use-debounced.ts'

export interface Command {
  readonly key: string
  readonly kind: string
  readonly label: string
  readonly isMono?: boolean
  readonly target: NavigateOptions
}
export interface PageCommand {
  readonly to: string
  readonly label: string
}

const MAX_RULES = 6

export function useCommands(text: string, destinations: readonly PageCommand[]): readonly Command[] {
  const needle = text.trim().toLowerCase()
  const settled = useDebounced(needle, 150)
  const rules = useQuery({
    queryKey: ['rules', 'palette', settled],
    queryFn: ({ signal }) => http.get<{ items: Rule[] }>('/rules', { search: settled, limit: MAX_RULES }, signal),
    enabled: settled.length > 1,
  })
  const lists = useQuery({ ...listsQuery, enabled: needle.length > 1 })
  const pages = destinations
    .filter((page) => page.label.toLowerCase().includes(needle))
    .map(
      (page): Command => ({
        key: page.to,
        kind: 'Page',
        label: page.label,
        target: { to: page.to } as NavigateOptions,
      }),
    )
  const foundLists =
    needle.length < 2 ? [] : (lists.data?.items ?? []).filter((list) => list.name.toLowerCase().includes(needle))
  return [
    ...pages,
    ...subjectCommands(needle),
    ...(needle.length < 2 ? [] : (rules.data?.items ?? [])).map(
      (rule): Command => ({
        key: `rule-${rule.id}`,
        kind: 'Rule',
        label: rule.text,
        isMono: true,
        target: { to: '/rules', search: { edit: rule.id } },
      }),
    ),
    ...foundLists.map(
      (list): Command => ({
        key: `list-${list.id}`,
        kind: 'List',
        label: list.name,
        target: { to: '/lists', search: { open: list.id } },
      }),
    ),
  ]
}

/** What can be done with a name or an address, whether anything is known of it or not. */
export function subjectCommands(needle: string): readonly Command[] {
  if (/^[0-9a-f:]*:[0-9a-f:]+$|^\d{1,3}(\.\d{1,3}){1,3}(\/\d+)?$/.test(needle)) {
    return [
      {
        key: 'client',
        kind: 'Client',
        label: `Queries of ${needle}`,
        isMono: true,
        target: { to: '/queries', search: { client: needle } },
      },
    ]
  }
  if (!/^[^\s/]+\.[^\s/]{2,}$/.test(needle)) return []
  return [
    { key: 'why', kind: 'Why?', label: needle, isMono: true, target: { to: '/why', search: { name: needle } } },
    { key: 'name', kind: 'Queries', label: needle, isMono: true, target: { to: '/queries', search: { name: needle } } },
    {
      key: 'new',
      kind: 'New rule',
      label: needle,
      isMono: true,
      target: { to: '/rules', search: { edit: 0, pattern: needle } },
    },
  ]
}
