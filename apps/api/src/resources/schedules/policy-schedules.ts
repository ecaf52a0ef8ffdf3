/** Schedules in the policy's text. */
import { ScheduleInput } from '@weir/shared/contract/schedules'
import { fieldsOf, type PolicyFields, type PolicyItem, type PolicySection, withoutUsual } from '../../policy.ts'
import { parsedFields } from '../../policy-fields.ts'
import { invalidField } from '../../problem-error.ts'
import type { ScheduleService } from './service.ts'

const USUAL = { comment: '' }

export function scheduleSection(service: ScheduleService): PolicySection {
  const idOf = ({ key, id }: PolicyItem): number =>
    id ?? service.all().find(({ name }) => name.toLowerCase() === key)!.id
  const fieldsIn = ({ value }: PolicyItem) => {
    const { comment = '', ...fields } = parsedFields(ScheduleInput, value as PolicyFields)
    return { ...fields, comment }
  }
  return {
    name: 'schedules',
    entity: 'schedule',
    role: 'operator',
    comment: 'When rules hold: windows of the week in a time zone, over midnight where `until` is not after `from`.',
    *read() {
      for (const { id, name, timeZone, windows, comment } of service.all())
        yield { key: name.toLowerCase(), id, value: withoutUsual({ name, timeZone, windows, comment }, USUAL) }
    },
    *accept(value) {
      const fields = fieldsOf(value)
      if (typeof fields.name !== 'string') throw invalidField('name', 'is missing')
      yield { key: fields.name.toLowerCase(), value: withoutUsual(fields, USUAL) }
    },
    create: (transaction, _author, item) => void service.add(transaction, fieldsIn(item)),
    update: (transaction, _author, item) => void service.change(transaction, service.get(idOf(item)), fieldsIn(item)),
    remove: (transaction, _author, item) => service.remove(transaction, idOf(item)),
  }
}
