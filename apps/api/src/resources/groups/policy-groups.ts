/** Groups in the policy's text. */
import { GroupInput } from '@weir/shared/contract/groups'
import type { NamesOfIds, PolicyFields, PolicyItem, PolicySection } from '../../policy.ts'
import { fieldsOf, withoutUsual } from '../../policy.ts'
import { parsedFields } from '../../policy-fields.ts'
import { invalidField } from '../../problem-error.ts'
import type { GroupRow } from './repository.ts'
import type { GroupService } from './service.ts'

/** What a group has unless the file says otherwise. */
const USUAL = { comment: '', clients: [], answer: null, schedule: null, upstreams: null, logPrivacy: null }
/** Of which there is always one, whatever its name. */
const DEFAULT_KEY = ' default'

export function groupSection(service: GroupService, names: NamesOfIds): PolicySection {
  const rowOf = ({ key, id }: PolicyItem): GroupRow => {
    const rows = service.repository.all()
    return rows.find((row) => row.id === id || keyOf(row.name, row.isDefault) === key)!
  }
  const fieldsIn = ({ value }: PolicyItem) => {
    const { default: _default, ...fields } = value as PolicyFields
    return service.accepted(parsedFields(GroupInput, names.fromFile(fields)))
  }
  return {
    name: 'groups',
    entity: 'group',
    role: 'operator',
    comment: 'Who is who: clients by address or prefix. Whoever is in no group belongs to the default one.',
    *read() {
      for (const { id, revision: _revision, isDefault, ...fields } of service.repository.all())
        yield { key: keyOf(fields.name, isDefault), id, value: fileValue(names.toFile(fields), isDefault) }
    },
    *accept(value) {
      const fields = fieldsOf(value)
      const { name, default: isDefault = false } = fields
      if (typeof name !== 'string') throw invalidField('name', 'is missing')
      if (typeof isDefault !== 'boolean') throw invalidField('default', 'must be true or false')
      yield { key: keyOf(name, isDefault), value: fileValue(fields, isDefault) }
    },
    prepare(transaction, items) {
      // A client that moves from one group to another must have left the one before the other takes it.
      for (const item of items) {
        const before = rowOf(item)
        const { clients = [] } = item.value as { clients?: unknown }
        const staying = before.clients.filter((client) => Array.isArray(clients) && clients.includes(client))
        if (staying.length < before.clients.length) service.change(transaction, before, { clients: staying })
      }
    },
    create: (transaction, _author, item) => void service.add(transaction, fieldsIn(item)),
    update: (transaction, _author, item) => void service.change(transaction, rowOf(item), fieldsIn(item)),
    remove: (transaction, _author, item) => service.remove(transaction, rowOf(item).id),
  }
}

const keyOf = (name: string, isDefault: boolean): string => (isDefault ? DEFAULT_KEY : name.toLowerCase())

const fileValue = ({ name, default: _default, ...fields }: PolicyFields, isDefault: boolean): PolicyFields => ({
  name,
  ...(isDefault ? { default: true } : {}),
  ...withoutUsual(fields, USUAL),
})
