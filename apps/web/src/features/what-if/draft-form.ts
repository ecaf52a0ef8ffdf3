/** The form's fields as a draft, and a draft in the form's fields or in words. */
import type { DraftChange } from '@weir/shared/contract/simulation'
import { checkRule } from '@weir/shared/rules/check-rule'
import { describeRule } from '@weir/shared/rules/describe-rule'
import { formatCount, plural } from '../../lib/format.ts'

export type DraftKind = 'block' | 'allow' | 'list-url' | 'list-text' | 'list-switch' | 'safe-search'

export interface DraftFields {
  readonly kind: DraftKind
  /** A name, a URL, or the lines of a list. */
  readonly text: string
  readonly listId: string
  readonly engineId: string
}

type Switched<Id> = { readonly id: Id; readonly enabled: boolean } | undefined

const NOTHING = { text: '', listId: '', engineId: '' }

/** Characters that the name of a list may have. */
const MAX_LIST_NAME = 200

export function changeOf(
  { kind, text }: Pick<DraftFields, 'kind' | 'text'>,
  list: Switched<number>,
  engine: Switched<string>,
): DraftChange | null {
  if (kind === 'safe-search') return engine ? { kind, id: engine.id, enabled: !engine.enabled, shadow: false } : null
  if (kind === 'list-switch') return list ? { kind: 'list', id: list.id, enabled: !list.enabled } : null
  if (text === '') return null
  if (kind === 'list-url') return { kind: 'list', name: text.slice(0, MAX_LIST_NAME), url: text }
  if (kind === 'list-text') return { kind: 'list', name: 'the pasted list', text }
  return { kind: 'rule', rule: { action: kind, match: 'suffix', pattern: text } }
}

const ONLY_A_NAME = 'action,match,pattern'

/**
 * Null where the form has no fields for it, as for a rule with conditions.
 * @param changes may be anything: it comes from the address bar
 */
export function fieldsOf(changes: readonly DraftChange[] | null): DraftFields | null {
  const change = changes?.length === 1 ? changes[0] : undefined
  if (change?.kind === 'rule' && change.rule && change.id === undefined) {
    const { action, match, pattern } = change.rule
    const isPlain = Object.keys(change.rule).sort().join() === ONLY_A_NAME
    if (isPlain && match === 'suffix' && (action === 'block' || action === 'allow'))
      return { ...NOTHING, kind: action, text: String(pattern) }
  }
  if (change?.kind === 'safe-search') return { ...NOTHING, kind: 'safe-search', engineId: String(change.id) }
  if (change?.kind !== 'list') return null
  const { id, url, text, enabled } = change
  if (id === undefined && url !== undefined) return { ...NOTHING, kind: 'list-url', text: String(url) }
  if (id === undefined && text !== undefined) return { ...NOTHING, kind: 'list-text', text: String(text) }
  const isSwitch = enabled !== undefined && Object.keys(change).length === 3
  return isSwitch ? { ...NOTHING, kind: 'list-switch', listId: String(id) } : null
}

/** Of more than that, as of a category, only the number is said. */
const MAX_TOLD_SERVICES = 3

/** As in `Blocks example.org and everything below it.` @param changes that the API has accepted */
export function draftInWords(changes: readonly DraftChange[], nameOfList: (id: number) => string): string {
  const services = changes.filter(({ kind }) => kind === 'service').length
  const told = services > MAX_TOLD_SERVICES ? changes.filter(({ kind }) => kind !== 'service') : changes
  const sentences = told.map((change) => `${changeInWords(change, nameOfList)}.`)
  return [...sentences, ...(told === changes ? [] : [`Changes ${services} services.`])].join(' ')
}

function changeInWords(change: DraftChange, nameOfList: (id: number) => string): string {
  switch (change.kind) {
    case 'rule': {
      if (change.rule === null) return `Deletes rule ${change.id}`
      const rule = checkRule(change.rule)
      const words = rule.ok ? describeRule(rule.value) : change.rule.pattern
      return change.id === undefined ? words : `Rule ${change.id} then: ${words}`
    }
    case 'list':
      return listInWords(change, nameOfList)
    case 'service':
      return `Changes service ${change.id}`
    case 'safe-search':
      return `Switches safe search of ${change.id} ${change.enabled === false ? 'off' : 'on'}`
    case 'group':
      return groupInWords(change)
  }
}

function listInWords(change: DraftChange & { kind: 'list' }, nameOfList: (id: number) => string): string {
  if (change.id === undefined) return `Adds ${change.name ?? 'a list'}`
  const name = `list ${nameOfList(change.id)}`
  if (change.isDeleted) return `Deletes ${name}`
  if (change.versionId !== undefined) return `Takes version ${change.versionId} of ${name}`
  if (change.enabled !== undefined) return `Switches ${name} ${change.enabled ? 'on' : 'off'}`
  return change.shadow === false ? `Makes ${name} act` : `Changes ${name}`
}

function groupInWords({ id, clients }: DraftChange & { kind: 'group' }): string {
  const who = clients && plural(clients.length, 'client entry', 'client entries')
  if (id === undefined) return `Adds a group with ${who ?? 'no clients'}`
  return who === undefined ? `Changes group ${formatCount(id)}` : `Leaves ${who} in group ${formatCount(id)}`
}
