/**
 * The policy as text: each slice says how its things stand in the file, resources/policy reads, compares and writes them.
 *
 * A slice never imports another one, so they meet here: `sections.add(…)` when routes are registered, in the order of the
 * file, in which a thing comes after those that it names. Values hold names of groups and schedules, never ids.
 */
import type { Database } from '@weir/shared/db/open-database'
import type { RouteRole } from './actor.ts'
import type { ChangeAuthor, ConfigTransaction } from './config-store.ts'
import { invalidField } from './problem-error.ts'
import type { ChangeEntity } from './undo.ts'

export type PolicyFields = Readonly<Record<string, unknown>>

export interface PolicyItem {
  /** What makes two items the same thing; equal in file and database. */
  readonly key: string
  /** Of what is there already. */
  readonly id?: number
  /** As the file has it: a text, or fields of which those with their usual value are left out. */
  readonly value: string | PolicyFields
}

export interface PolicySection {
  /** Its key in the file. */
  readonly name: string
  readonly entity: ChangeEntity
  /** Who may apply it: whoever may make such changes. */
  readonly role: RouteRole
  /** `map`: one item a key, as settings are. Default: a list of items. */
  readonly form?: 'map'
  /** What stands above it in the file, for people. */
  readonly comment: string
  /** Items have no order of their own: the file has them by their text. */
  readonly isSorted?: boolean
  /** Everything that there is now, in the order of the file; a slice at a time, since rules may be many. */
  read(): Generator<PolicyItem>
  /**
   * An item of a file; a text may hold several, each found with its line of the text.
   * @param key of a map
   * @throws ProblemError `invalid-field`, fields as in the item
   */
  accept(value: unknown, key: string): Generator<PolicyItem & { readonly line?: number }>
  /** Inside the transaction; each records what it did. */
  create(transaction: ConfigTransaction, author: ChangeAuthor, item: PolicyItem): void
  update(transaction: ConfigTransaction, author: ChangeAuthor, item: PolicyItem): void
  /** Absent: what the file leaves out stays. */
  remove?(transaction: ConfigTransaction, author: ChangeAuthor, item: PolicyItem): void
  /** Before the first of all changes: what must be let go so that others can take it. */
  prepare?(transaction: ConfigTransaction, items: readonly PolicyItem[]): void
  /** After the last of all changes: what follows from the order of the items. */
  finish?(transaction: ConfigTransaction, items: readonly PolicyItem[]): void
  /** After the transaction, whether it went through or not. */
  settled?(): void
}

/** A thing comes after those that it names. */
const SECTION_ORDER = ['schedules', 'groups', 'clients', 'lists', 'services', 'safeSearch', 'rules', 'settings']

export class PolicySections {
  readonly #sections: PolicySection[] = []

  add(section: PolicySection): void {
    this.#sections.push(section)
  }

  /** In the order of the file. */
  get all(): readonly PolicySection[] {
    return [...this.#sections].sort((a, b) => SECTION_ORDER.indexOf(a.name) - SECTION_ORDER.indexOf(b.name))
  }
}

type Table = 'client_group' | 'schedule'

/** Fields that hold ids, whatever thing they belong to, and what the ids are of. */
const ID_FIELDS: Readonly<Record<string, Table>> = {
  group: 'client_group',
  groups: 'client_group',
  allowedGroups: 'client_group',
  groupId: 'client_group',
  quarantineGroup: 'client_group',
  schedule: 'schedule',
  scheduleId: 'schedule',
}

/** Ids in the database ↔ names in the file. */
export class NamesOfIds {
  readonly #byId
  readonly #byName

  constructor(database: Database) {
    const statements = (sql: (table: string) => string) => ({
      client_group: database.prepare<[string | number], string | number>(sql('client_group')).pluck(),
      schedule: database.prepare<[string | number], string | number>(sql('schedule')).pluck(),
    })
    this.#byId = statements((table) => `SELECT name FROM ${table} WHERE id = ?`)
    this.#byName = statements((table) => `SELECT id FROM ${table} WHERE name = ?`)
  }

  /** Fields of a thing for the file: names for ids, and nothing that is empty. */
  toFile(fields: PolicyFields): PolicyFields {
    const named = Object.entries(fields).map(
      ([field, value]) => [field, this.#map(field, value, (_field, table, id) => this.#name(table, id))] as const,
    )
    return Object.fromEntries(named.filter(([, value]) => !isEmpty(value)))
  }

  /** And back. @throws ProblemError `invalid-field` for a name that nothing has */
  fromFile(fields: PolicyFields): PolicyFields {
    return Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [
        field,
        this.#map(field, value, (inner, table, name) => this.#id(inner, table, name)),
      ]),
    )
  }

  /** Also below objects and in lists of them. */
  #map(field: string, value: unknown, one: (field: string, table: Table, item: unknown) => unknown): unknown {
    const table = ID_FIELDS[field]
    if (value === null || value === undefined) return value
    if (Array.isArray(value)) {
      const mapped = value.map((item: unknown) => this.#map(field, item, one))
      // In the order of the names: ids of another Weir are others.
      if (table !== undefined && mapped.every((item) => typeof item === 'string'))
        return (mapped as string[]).sort(byText)
      return field === 'perGroup' ? mapped.sort((a, b) => byText(JSON.stringify(a), JSON.stringify(b))) : mapped
    }
    if (typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.#map(key, part, one)]))
    return table === undefined ? value : one(field, table, value)
  }

  #name(table: Table, id: unknown): unknown {
    return typeof id === 'number' ? (this.#byId[table].get(id) ?? `#${id}`) : id
  }

  #id(field: string, table: Table, name: unknown): unknown {
    const noun = table === 'client_group' ? 'group' : 'schedule'
    if (typeof name !== 'string') throw invalidField(field, `is not the name of a ${noun}`)
    const id = this.#byName[table].get(name)
    if (id === undefined) throw invalidField(field, `there is no ${noun} '${name}'`)
    return id
  }
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** By code points, the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Without fields that have their usual value. */
export const withoutUsual = (fields: PolicyFields, usual: PolicyFields): PolicyFields =>
  Object.fromEntries(
    Object.entries(fields).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(usual[field])),
  )

/** @throws ProblemError `invalid-field` */
export function fieldsOf(value: unknown): PolicyFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidField('', 'must be fields, as in `name: …`')
  return value as PolicyFields
}
