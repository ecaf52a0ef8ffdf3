/** Clients in the policy's text: what is said of them besides their group, which names them in `groups`. */
import { parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import { ClientInput } from '@weir/shared/contract/clients'
import type { ConfigTransaction } from '../../config-store.ts'
import type { PolicyItem, PolicySection } from '../../policy.ts'
import { fieldsOf, withoutUsual } from '../../policy.ts'
import { parsedFields } from '../../policy-fields.ts'
import { invalidField } from '../../problem-error.ts'
import type { ClientRow } from './repository.ts'
import type { ClientService } from './service.ts'

const USUAL = { name: '', tags: [], comment: '' }
const Details = ClientInput.pick({ identifier: true, name: true, tags: true, comment: true })

const hasDetails = ({ name, tags, comment }: ClientRow): boolean => name !== '' || tags.length > 0 || comment !== ''

const fileValue = ({
  identifier,
  name,
  tags,
  comment,
}: Pick<ClientRow, 'identifier' | 'name' | 'tags' | 'comment'>) => ({
  identifier,
  ...withoutUsual({ name, tags, comment }, USUAL),
})

export function clientSection(service: ClientService): PolicySection {
  const save = (transaction: ConfigTransaction, { key, value }: PolicyItem, isCleared = false): void => {
    const row = service.repository.findIdentifier(key)
    if (!row && isCleared) return
    if (!row) throw invalidField('identifier', `no group names ${key}`)
    const details = isCleared ? {} : parsedFields(Details, fieldsOf(value))
    service.change(transaction, row, { ...row, ...USUAL, ...details, identifier: key })
  }
  return {
    name: 'clients',
    entity: 'client',
    role: 'operator',
    comment: 'What clients are called, and their tags. Which group each belongs to is said there.',
    *read() {
      for (const row of service.repository.all())
        if (hasDetails(row)) yield { key: row.identifier, id: row.id, value: fileValue(row) }
    },
    *accept(value) {
      const { name = '', tags = [], comment = '', ...rest } = parsedFields(Details, fieldsOf(value))
      const identifier = parseClientIdentifier(rest.identifier)
      if (!identifier.ok) throw invalidField('identifier', identifier.error)
      yield { key: identifier.value, value: fileValue({ identifier: identifier.value, name, tags, comment }) }
    },
    create: (transaction, _author, item) => save(transaction, item),
    update: (transaction, _author, item) => save(transaction, item),
    remove: (transaction, _author, item) => save(transaction, item, true),
  }
}
