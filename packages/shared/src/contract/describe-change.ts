/** The difference of two states of a thing: field by field, and in words. The API and the console share it. */

export interface DiffLine {
  /** Path of the field, dotted below objects. */
  readonly field: string
  /** As text; undefined where the field was not there. */
  readonly before: string | undefined
  readonly after: string | undefined
}

/** Names for the ids that states hold. */
export interface NamesOfIds {
  group(id: number): string | undefined
  schedule(id: number): string | undefined
}

const NO_NAMES: NamesOfIds = { group: () => undefined, schedule: () => undefined }

/** Fields that say nothing about what somebody changed. */
const HOUSEKEEPING = new Set([
  'id',
  'revision',
  'version',
  'updatedAt',
  'createdAt',
  'isActive',
  'nextChangeAt',
  'text',
  // Counted, or told by another field.
  'rules',
  'usedBy',
  'groupName',
])

/** What a thing has unless somebody says otherwise: not worth a word where all of it is told. */
const isUsual = (field: string, value: string | undefined): boolean =>
  value === 'false' || field === 'owner' || (field === 'enabled' && value === 'true')

/** Fields that differ, in the order in which they are found; what is the same is left out. */
export function diffOf(before: unknown, after: unknown, names: NamesOfIds = NO_NAMES): readonly DiffLine[] {
  const [old, now] = [flatten(before, names), flatten(after, names)]
  const fields = [...new Set([...old.keys(), ...now.keys()])]
  return fields
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((line) => saysSomething(line.before) || saysSomething(line.after))
    .filter((line) => line.before !== line.after)
}

/** Those that tell what somebody changed. */
export const toldFields = (before: unknown, after: unknown, names: NamesOfIds = NO_NAMES): DiffLine[] =>
  diffOf(before, after, names).filter(({ field }) => !HOUSEKEEPING.has(field))

/** `answer null → NXDOMAIN`, one for each field that differs; a new thing's and a deleted one's fields alone. */
export function diffInWords(before: unknown, after: unknown, names: NamesOfIds = NO_NAMES): string[] {
  const [isNew, isGone] = [before === null || before === undefined, after === null || after === undefined]
  return toldFields(before, after, names)
    .filter(({ field, before: old, after: now }) => !(isNew || isGone) || !isUsual(field, now ?? old))
    .map((line) => {
      const label = fieldLabel(line.field)
      if (isNew) return `${label} ${shown(line.after)}`
      if (isGone) return `${label} ${shown(line.before)}`
      return `${label} ${shown(line.before)} → ${shown(line.after)}`
    })
}

/** `refreshIntervalSeconds` → `refresh interval seconds`, `answer.ipv4` → `answer IPv4`. */
export const fieldLabel = (field: string): string =>
  (LABELS[field] ?? field)
    .split('.')
    .map(
      (part) =>
        LABELS[part] ??
        part.replace(/([a-z0-9])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`),
    )
    .join(' ')

const LABELS: Readonly<Record<string, string>> = {
  ttlSeconds: 'TTL',
  expiresAt: 'expires',
  queryTypes: 'types',
  ipv4: 'IPv4',
  ipv6: 'IPv6',
  mx: 'MX',
  txt: 'TXT',
  'answer.kind': 'answer',
  kind: 'kind',
  url: 'URL',
  rcode: 'RCODE',
  groupId: 'group',
  tcpOnly: 'TCP only',
}

/** Written as DNS people write them. */
const VALUES: Readonly<Record<string, string>> = {
  nxdomain: 'NXDOMAIN',
  nodata: 'NODATA',
  refused: 'REFUSED',
}

const MAX_VALUE_CHARACTERS = 200
const shown = (text: string | undefined): string => {
  if (text === undefined || text === '' || text === 'null') return 'none'
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text
}

/** What was never set and what is empty are the same to a reader. */
const saysSomething = (text: string | undefined): boolean => text !== undefined && text !== '' && text !== 'null'

/** Objects are walked; lists and plain values are texts. */
function flatten(value: unknown, names: NamesOfIds, path = '', found = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) {
    if (value === null && path !== '') found.set(path, 'null')
    return found
  }
  if (typeof value !== 'object' || Array.isArray(value)) return found.set(path || 'value', textOf(value, path, names))
  for (const [key, part] of Object.entries(value)) flatten(part, names, path === '' ? key : `${path}.${key}`, found)
  return found
}

function textOf(value: unknown, path: string, names: NamesOfIds): string {
  const field = path.slice(path.lastIndexOf('.') + 1)
  if (Array.isArray(value)) return value.map((item) => textOf(item, path, names)).join(', ')
  if (typeof value === 'number') return numberText(value, field, names)
  if (typeof value === 'string' && field === 'kind') return path === 'answer.kind' ? answerKind(value) : value
  if (typeof value === 'object' && value !== null)
    return (
      windowText(value) ?? termText(value, names) ?? entryText(value) ?? findingText(value) ?? JSON.stringify(value)
    )
  return String(value)
}

/** The answer `null` is a word of the rule language, not a value that is missing. */
const answerKind = (kind: string): string => VALUES[kind] ?? (kind === 'null' ? 'null address' : kind)

function numberText(value: number, field: string, names: NamesOfIds): string {
  if (/^(groups?|groupId|allowedGroups|quarantineGroup)$/.test(field)) return names.group(value) ?? `group ${value}`
  if (field === 'schedule' || field === 'scheduleId') return names.schedule(value) ?? `schedule ${value}`
  if (/(At|Until)$/.test(field) && value > 0)
    return new Date(value)
      .toISOString()
      .replace(/:\d\d\.\d{3}Z$/, ' UTC')
      .replace('T', ' ')
  return String(value)
}

/** A window of a schedule. */
function windowText(value: object): string | undefined {
  const { days, from, until } = value as { days?: unknown; from?: unknown; until?: unknown }
  return Array.isArray(days) && typeof from === 'string' ? `${days.join(' ')} ${from}–${String(until)}` : undefined
}

/** What is otherwise for one group: `Kids: by School nights`. */
function termText(value: object, names: NamesOfIds): string | undefined {
  const { group, enabled, schedule } = value as { group?: unknown; enabled?: unknown; schedule?: unknown }
  if (typeof group !== 'number' || typeof enabled !== 'boolean') return undefined
  const when = typeof schedule === 'number' ? `by ${numberText(schedule, 'schedule', names)}` : 'always'
  return `${numberText(group, 'group', names)}: ${enabled ? when : 'never'}`
}

/** What the guard of lists has found: it says so itself. */
function findingText(value: object): string | undefined {
  const { detail } = value as { detail?: unknown }
  return typeof detail === 'string' ? detail : undefined
}

/** An entry of a client that left with its group: `Tablet (192.0.2.7)`. */
function entryText(value: object): string | undefined {
  const { identifier, name } = value as { identifier?: unknown; name?: unknown }
  if (typeof identifier !== 'string' || typeof name !== 'string') return undefined
  return name === '' ? identifier : `${name} (${identifier})`
}
