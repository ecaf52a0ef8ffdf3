/** The form of a new override, and what it asks of the API. */
import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import type { OverrideInput, OverrideKind } from '@weir/shared/contract/overrides'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import { formatDayAndClock } from '../../lib/format.ts'

export const LENGTHS = [
  ['10', '10 min'],
  ['30', '30 min'],
  ['60', '1 hour'],
  ['240', '4 hours'],
  ['1440', '1 day'],
  ['other', 'Other'],
  ['until', 'Until'],
] as const
type Length = (typeof LENGTHS)[number][0]

export interface OverrideDraft {
  readonly kind: OverrideKind
  readonly name: string
  /** `everyone`, `client`, or the id of a group. */
  readonly whom: string
  readonly client: string
  readonly length: Length
  readonly minutes: string
  /** As a field of day and time has it, in the zone of the browser. */
  readonly until: string
  readonly comment: string
}
export const EMPTY: OverrideDraft = {
  ...{ kind: 'pause', name: '', whom: 'everyone', client: '', length: '10', minutes: '', until: '', comment: '' },
}

export const needsName = (kind: OverrideKind): boolean => kind === 'allow' || kind === 'block'

type Faults = Readonly<Record<string, string>>

/** What is wrong is only said of fields that have something in them; `input` is null until all is there. */
export function readDraft(draft: OverrideDraft, nowMs: number): { input: OverrideInput | null; faults: Faults } {
  const faults: Record<string, string> = {}
  const name = parseDomainName(draft.name.trim())
  if (needsName(draft.kind) && draft.name !== '' && !name.ok) faults['name'] = name.error
  const isClient = draft.whom === 'client'
  const client = parseClientIdentifier(draft.client)
  if (isClient && draft.client !== '' && !client.ok) faults['client'] = client.error
  const length = lengthOf(draft, nowMs, faults)
  const isComplete =
    length !== null && (!needsName(draft.kind) || draft.name !== '') && (!isClient || draft.client !== '')
  if (!isComplete || Object.keys(faults).length > 0) return { input: null, faults }
  const input: OverrideInput = {
    kind: draft.kind,
    ...length,
    comment: draft.comment,
    ...(needsName(draft.kind) && { name: draft.name.trim() }),
    ...(isClient ? { client: draft.client.trim() } : draft.whom !== 'everyone' && { groupId: Number(draft.whom) }),
  }
  return { input, faults }
}

/** @param faults gets what is wrong. @returns null while it is not said */
function lengthOf(
  { length, minutes: text, until }: OverrideDraft,
  nowMs: number,
  faults: Record<string, string>,
): Pick<OverrideInput, 'minutes' | 'until'> | null {
  if (length === 'until') {
    const at = new Date(until).getTime()
    if (Number.isNaN(at)) return null
    if (at <= nowMs) faults['until'] = `is in the past: it is ${formatDayAndClock(nowMs)}`
    return { until: at }
  }
  const minutes = Number(length === 'other' ? text : length)
  if (length === 'other' && text !== '' && !(Number.isInteger(minutes) && minutes > 0))
    faults['minutes'] = 'give a whole number of minutes, 1 or more'
  return minutes >= 1 ? { minutes } : null
}
